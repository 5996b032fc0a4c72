import { BsatnWriter } from './bsatn/writer.ts';
import type { WireCodec } from './codec/codec.ts';

/** A key made of a value's BSATN bytes, one character a byte: for rows without a primary key and composite values. */
export function bytesKey(codec: Pick<WireCodec<unknown>, 'write'>): (value: unknown) => string {
  const writer = new BsatnWriter();
  return (value) => {
    writer.reset();
    codec.write(writer, value);
    return writer.textOf(0, writer.length);
  };
}
