// In place of index.ts in the lean build: what clients, queries and subprotocols of BSATN use of values.
export { BsatnReader } from './bsatn/reader.ts';
export { bytesText } from './bytes-text.ts';
export { ConnectionId } from './connection-id.ts';
export { decodeUtf8 } from './decode-utf8.ts';
export { SpacetickError, show, ValueError } from './errors.ts';
export { Identity } from './identity.ts';
export { compareKeys } from './key.ts';
export { bytesKey, decodeBsatnBy, unreadable, writeValue } from './lean/codec.ts';
export { refuseBindings as plainCodecOf } from './lean/refuse.ts';
export { elementsOf, formOf, keyOf, LeanType as ObjectBuilder, LeanType as TypeBuilder, t } from './lean/type.ts';
export { BsatnWriter } from './lean/writer.ts';
export { messageOf } from './messages.ts';
export { ScheduleAt } from './schedule-at.ts';
export { TimeDuration } from './time-duration.ts';
export { Timestamp } from './timestamp.ts';
export { readUuid, Uuid } from './uuid.ts';
