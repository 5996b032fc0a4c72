import { type ClientProtocol, v1Protocol, v2Protocol, v3Protocol } from '../wire/index.ts';

/** `#protocols` under the condition `spacetick-bsatn`: only SpacetimeDB's, from 2.2, 2.0 and 1.x. */
export const protocols: readonly ClientProtocol[] = /* @__PURE__ */ Object.freeze([v3Protocol, v2Protocol, v1Protocol]);

/** Whether this build speaks MessagePack: bindings leave out what only that needs, where it does not. */
export const hasMsgpack = false;
