/** Whether this build speaks MessagePack: bindings leave out what only that needs, where it does not. */
export const hasMsgpack = true;
