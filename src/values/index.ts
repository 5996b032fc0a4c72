export {
  type AlgebraicType,
  type ArrayType,
  BYTES,
  CONNECTION_ID,
  fixedSize,
  formOf,
  IDENTITY,
  isScheduleAt,
  isUnit,
  minSize,
  optionOf,
  PRIMITIVES,
  Primitive,
  type PrimitiveTag,
  type ProductElement,
  type ProductType,
  resultOf,
  SCHEDULE_AT,
  type SumType,
  type SumVariant,
  TIME_DURATION,
  TIMESTAMP,
  type TypeForm,
  typeName,
  UNIT,
  UUID,
} from './algebraic-type.ts';
export { BsatnReader, ZERO_SIZE_ELEMENTS } from './bsatn/reader.ts';
export { BsatnWriter } from './bsatn/writer.ts';
export { ByteWriter, type ValueWriter } from './byte-writer.ts';
export { bytesKey } from './bytes-key.ts';
export { bytesText } from './bytes-text.ts';
export { closureCodec } from './codec/closure-parts.ts';
export type { Codec, WireCodec } from './codec/codec.ts';
export { codecOf, equalityOf, functionCodec } from './codec/compile.ts';
export { Copier } from './codec/copier.ts';
export { plainCodecOf } from './codec/plain.ts';
export { plainEqualityOf } from './codec/plain-equality.ts';
export { childrenOf, isRecursive, METHOD_OF_FORM } from './codec/shape.ts';
export { type Annotations, CodecSource, type Operation } from './codec/source.ts';
export { type ColumnMeta, type IndexAlgorithm, mayAutoInc, mayBeKey } from './column-meta.ts';
export { ConnectionId } from './connection-id.ts';
export { contentHash } from './content-hash.ts';
export { decodeUtf8 } from './decode-utf8.ts';
export {
  copyValue,
  decodeBsatn,
  decodeBsatnBy,
  decodeMsgpackValue,
  encodeBsatn,
  encodeMsgpack,
  readBsatn,
  unpackValue,
  unreadable,
  writeValue,
} from './encode.ts';
export { SpacetickError, show, ValueError } from './errors.ts';
export { bigintToHex, fromHex, toHex } from './hex.ts';
export { Identity } from './identity.ts';
export { fromSatsJson, jsonCodecOf, toSatsJson } from './json.ts';
export type { JsonCodec } from './json-scalar.ts';
export { type Json, JsonNumber, parseJson } from './json-text.ts';
export { toUntypedJson } from './json-untyped.ts';
export { compareKeys, type Key, type KeyOf, keyOf } from './key.ts';
export { messageOf } from './messages.ts';
export { decodePlain } from './msgpack/decode.ts';
export { plainUnpacker, type Unpacker } from './msgpack/plain.ts';
export { isUtf8, MSGPACK_LIMITS, type MsgpackLimits, validateMsgpack } from './msgpack/validate.ts';
export { MsgpackWriter } from './msgpack/writer.ts';
export { MAX_DEPTH } from './nesting.ts';
export { ScheduleAt } from './schedule-at.ts';
export { type InferVariants, t } from './t.ts';
export { TimeDuration } from './time-duration.ts';
export { Timestamp } from './timestamp.ts';
export {
  elementsOf,
  type Fields,
  fieldsOf,
  type Infer,
  type InferFields,
  ObjectBuilder,
  TypeBuilder,
  type Unit,
} from './type-builder.ts';
export { readUuid, Uuid } from './uuid.ts';
