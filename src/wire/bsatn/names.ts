// Names in `Sec-WebSocket-Protocol` (wire.md 2.2).
export const V1_PROTOCOL = 'v1.bsatn.spacetimedb';
export const V2_PROTOCOL = 'v2.bsatn.spacetimedb';
export const V3_PROTOCOL = 'v3.bsatn.spacetimedb';
