import type { BsatnReader } from '../bsatn/reader.ts';
import type { ValueWriter } from '../byte-writer.ts';
import type { Unpacker } from '../msgpack/plain.ts';
import type { Copier } from './copier.ts';

/** What crosses the wire: the part of a codec that bindings carry as source. */
export interface WireCodec<T> {
  /** Reads one value from BSATN. @throws ValueError or RangeError, without a path */
  read(reader: BsatnReader): T;
  /** Writes one value, in the writer's encoding. @throws ValueError without a path; what was written is to be dropped */
  write(writer: ValueWriter, value: T): void;
  /** Builds one value from decoded MessagePack. @throws ValueError without a path */
  unpack(unpacker: Unpacker, plain: unknown): T;
}

/** All that is done with values of one type, built once for it. */
export interface Codec<T> extends WireCodec<T> {
  /** A checked copy with the fields of the type and nothing else. @throws ValueError without a path */
  copy(copier: Copier, value: unknown): T;
  /** True when both would encode to the same bytes. */
  equal(a: T, b: T): boolean;
}
