import {
  type AlgebraicType,
  type BsatnReader,
  BsatnWriter,
  type ConnectionId,
  decodeBsatnBy,
  plainCodecOf,
  show,
  type WireCodec,
  writeValue,
} from '../../values/index.ts';
import type { EncodedArgs, WireTable, WireTables } from '../messages.ts';
import type { CallDef } from '../subprotocol.ts';
import { wireError } from './decoding.ts';

// What the client's ends of the BSATN subprotocols share.

/** Every message is written whole and copied out before the next one starts. */
export const writer = new BsatnWriter();

export function tableNamed(tables: WireTables, detail: string): WireTable {
  const table = tables.get(detail);
  if (table !== undefined) return table;
  throw wireError(`it names table ${show(detail)}, which the bindings do not have; generate them again`);
}

/** `undefined` for none. */
export function optionalU32(reader: BsatnReader): number | undefined {
  return reader.option() ? reader.u32() : undefined;
}

/** The zero id stands for none (`wire.md` 7). */
export function optionalConnectionId(reader: BsatnReader): ConnectionId | null {
  const id = reader.connectionId();
  return id.isZero() ? null : id;
}

/** Of the interface: a value in BSATN. */
export function decodeValue(
  type: AlgebraicType,
  value: EncodedArgs,
  path: string,
  codec?: WireCodec<unknown>,
): unknown {
  if (value.encoding !== 'bsatn') throw wireError(`${path} is in ${value.encoding}`);
  return decodeBsatnBy(codec ?? plainCodecOf(type), type, value.bytes, path);
}

/** Writes arguments as bytes with their length ahead. @throws ValueError naming the argument that does not fit */
export function writeArgs(def: CallDef, args: unknown): void {
  const at = writer.length;
  writer.u32(0);
  writeValue(writer, def.params, def.codec ?? plainCodecOf(def.params), args as never, def.accessor);
  writer.patchU32(at, writer.length - at - 4);
}

export function writeTexts(texts: readonly string[]): void {
  writer.u32(texts.length);
  for (const text of texts) writer.string(text);
}
