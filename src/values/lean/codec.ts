import { BsatnReader } from '../bsatn/reader.ts';
import { fail, ValueError } from '../errors.ts';
import type { LeanType } from './type.ts';
import { BsatnWriter } from './writer.ts';

interface Codec {
  read(reader: BsatnReader): unknown;
  write(writer: BsatnWriter, value: unknown): void;
}

/** A text of a value's bytes. */
export function bytesKey(codec: Codec): (value: unknown) => string {
  const writer = new BsatnWriter();
  return (value) => {
    writer.reset();
    codec.write(writer, value);
    return writer.textOf();
  };
}

export function writeValue(writer: BsatnWriter, type: LeanType, codec: Codec, value: unknown, path: string): void {
  try {
    codec.write(writer, value);
  } catch (error) {
    unexplained(type, path, error);
  }
}

export function unreadable(_reader: BsatnReader, _start: number, type: LeanType, path: string, cause: unknown): never {
  unexplained(type, path, cause);
}

export function decodeBsatnBy(codec: Codec, type: LeanType, bytes: Uint8Array, path: string): unknown {
  const reader = new BsatnReader(bytes);
  try {
    const value = codec.read(reader);
    if (reader.remaining > 0) fail('E_VALUE_TYPE', 'bytes', bytes.length, '');
    return value;
  } catch (error) {
    unexplained(type, path, error);
  }
}

/** Why a codec failed. @throws ValueError with the path of the whole value */
function unexplained(outer: LeanType, path: string, cause: unknown): never {
  if (cause instanceof ValueError) throw new ValueError({ ...cause, path });
  if (cause instanceof RangeError || cause instanceof TypeError) {
    const code = cause instanceof RangeError ? 'E_VALUE_TRUNCATED' : 'E_VALUE_TYPE';
    throw new ValueError({ code, type: outer.tag!, path, value: undefined, reason: '' });
  }
  throw cause;
}
