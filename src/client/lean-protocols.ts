import { type ClientProtocol, v2Protocol, v3Protocol } from '../wire/index.ts';

/** `#protocols` of the lean build: what SpacetimeDB 2.x and our host speak. */
export const protocols: readonly ClientProtocol[] = /* @__PURE__ */ Object.freeze([v3Protocol, v2Protocol]);

/** Whether this build speaks MessagePack: bindings leave out what only that needs, where it does not. */
export const hasMsgpack = false;
