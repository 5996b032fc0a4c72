import type { AlgebraicType } from './algebraic-type.ts';
import { BsatnReader } from './bsatn/reader.ts';
import { BsatnWriter } from './bsatn/writer.ts';
import type { ByteWriter, ValueWriter } from './byte-writer.ts';
import type { Codec, WireCodec } from './codec/codec.ts';
import { codecOf } from './codec/compile.ts';
import { Copier } from './codec/copier.ts';
import { fail } from './errors.ts';
import { explainBsatn, explainPlain, explainValue, unexplained } from './explain/index.ts';
import { decodePlain } from './msgpack/decode.ts';
import { plainUnpacker } from './msgpack/plain.ts';
import { MsgpackWriter } from './msgpack/writer.ts';

/**
 * Writes a value; on failure the writer is left as it was.
 * @param path what the value is called in the error: a reducer's argument, a table's row
 * @throws ValueError naming type, path and value
 */
export function writeValue<T>(
  writer: ByteWriter & ValueWriter,
  type: AlgebraicType,
  codec: Pick<WireCodec<T>, 'write'>,
  value: T,
  path: string,
): void {
  const start = writer.length;
  try {
    codec.write(writer, value);
  } catch (error) {
    writer.truncate(start);
    explainValue(type, value, path);
    unexplained(type, path, error);
  }
}

/** @throws ValueError naming type, path and value */
export function unpackValue<T>(type: AlgebraicType, codec: WireCodec<T>, plain: unknown, path: string): T {
  try {
    return codec.unpack(plainUnpacker, plain);
  } catch (error) {
    explainPlain(type, plain, path);
    return unexplained(type, path, error);
  }
}

const copier = /* @__PURE__ */ new Copier();

/** A checked copy that shares nothing mutable with `value`. @throws ValueError naming type, path and value */
export function copyValue<T>(type: AlgebraicType, codec: Codec<T>, value: unknown, path: string): T {
  copier.restart();
  try {
    return codec.copy(copier, value);
  } catch (error) {
    explainValue(type, value, path);
    return unexplained(type, path, error);
  }
}

/** BSATN of one value. @throws ValueError naming type, path and value */
export function encodeBsatn(type: AlgebraicType, value: unknown, path = '', codec = codecOf(type)): Uint8Array {
  const writer = new BsatnWriter();
  writeValue(writer, type, codec, value, path);
  return writer.finish();
}

/** For a value in the middle of other bytes that could not be read from `start` on. @throws ValueError with its path */
export function unreadable(
  reader: BsatnReader,
  start: number,
  type: AlgebraicType,
  path: string,
  cause: unknown,
): never {
  explainBsatn(type, reader.bytes.subarray(start), path);
  return unexplained(type, path, cause);
}

/** The value that BSATN bytes begin with, whatever stands behind it. @throws ValueError naming type and path */
export function readBsatn(type: AlgebraicType, bytes: Uint8Array, path = ''): unknown {
  const reader = new BsatnReader(bytes);
  try {
    return codecOf(type).read(reader);
  } catch (error) {
    return unreadable(reader, 0, type, path, error);
  }
}

/** One value from exactly these BSATN bytes. @throws ValueError naming type and path */
export function decodeBsatn(type: AlgebraicType, bytes: Uint8Array, path = '', codec = codecOf(type)): unknown {
  return decodeBsatnBy(codec, type, bytes, path);
}

/** The same by a codec that is known. */
export function decodeBsatnBy(
  codec: Pick<WireCodec<unknown>, 'read'>,
  type: AlgebraicType,
  bytes: Uint8Array,
  path: string,
): unknown {
  const reader = new BsatnReader(bytes);
  try {
    const value = codec.read(reader);
    if (reader.remaining > 0)
      fail('E_VALUE_TYPE', 'bytes', bytes.length, `${reader.remaining} bytes are left behind the value`);
    return value;
  } catch (error) {
    return unreadable(new BsatnReader(bytes), 0, type, path, error);
  }
}

/** MessagePack of one value, laid out as `docs/wire-msgpack.md` "Values". @throws ValueError naming type, path and value */
export function encodeMsgpack(type: AlgebraicType, value: unknown, path = '', codec = codecOf(type)): Uint8Array {
  const writer = new MsgpackWriter();
  writeValue(writer, type, codec, value, path);
  return writer.finish();
}

/** One value from a stranger's MessagePack. @throws SpacetickError E_MSGPACK_INVALID; ValueError naming type and path */
export function decodeMsgpackValue(type: AlgebraicType, bytes: Uint8Array, path = '', codec = codecOf(type)): unknown {
  return unpackValue(type, codec, decodePlain(bytes), path);
}
