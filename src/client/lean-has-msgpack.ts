/** In place of has-msgpack.ts in the lean build. */
export const hasMsgpack = false;
