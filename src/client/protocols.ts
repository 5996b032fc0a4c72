import { type ClientProtocol, msgpackProtocol } from '../wire/index.ts';
import { protocols as bsatnProtocols } from './bsatn-protocols.ts';

/** The subprotocols this client offers, best first: spacetick's own, then SpacetimeDB's from 2.2, 2.0 and 1.x. */
export const protocols: readonly ClientProtocol[] = /* @__PURE__ */ Object.freeze([msgpackProtocol, ...bsatnProtocols]);

/** Whether this build speaks MessagePack: bindings leave out what only that needs, where it does not. */
export const hasMsgpack = true;
