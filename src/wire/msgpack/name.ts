/** Name of the subprotocol in `Sec-WebSocket-Protocol`. */
export const PROTOCOL_NAME = 'v1.msgpack.spacetick';
