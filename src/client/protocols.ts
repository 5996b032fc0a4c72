import { type ClientProtocol, msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../wire/index.ts';

/** The subprotocols this client offers, best first: spacetick's own, then SpacetimeDB's from 2.2, 2.0 and 1.x. */
export const protocols: readonly ClientProtocol[] = Object.freeze([
  msgpackProtocol,
  v3Protocol,
  v2Protocol,
  v1Protocol,
]);
