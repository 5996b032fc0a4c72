import { type AlgebraicType, formOf, minSize } from '../algebraic-type.ts';
import type { BsatnReader } from '../bsatn/reader.ts';
import type { ValueWriter } from '../byte-writer.ts';
import { unknownVariant } from '../check.ts';
import type { BsatnCodec } from './bsatn-parts.ts';
import { inLevel } from './closures.ts';
import { isRecursive, METHOD_OF_FORM, variantNames } from './shape.ts';

// In place of plain.ts in the lean build. Bindings of ours bring their codecs: this is for others', for what procedures
// return, and for keys that are enums.

type Row = Record<string, unknown>;
/** Stands for every method name that METHOD_OF_FORM yields. */
type Method = 'u8';

/** The codec of a type met at run time. It walks the type with each value: short rather than fast. */
export function plainCodecOf(type: AlgebraicType): BsatnCodec {
  const isCounted = isRecursive(type);
  return {
    read: (reader) => (isCounted ? inLevel(reader, () => read(reader, type)) : read(reader, type)),
    write(writer, value) {
      if (isCounted) inLevel(writer, () => write(writer, type, value));
      else write(writer, type, value);
    },
  };
}

function read(reader: BsatnReader, type: AlgebraicType): unknown {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) return reader[method as Method]();
  if (type.tag === 'Array') {
    const { read } = plainCodecOf(type.element);
    return Array.from({ length: reader.count(minSize(type.element)) }, () => read(reader));
  }
  if (type.tag === 'Product') {
    const row: Row = {};
    for (const { key, type: part } of type.elements) row[key] = plainCodecOf(part).read(reader);
    return row;
  }
  if (type.tag !== 'Sum') return undefined;
  const { name, type: payload } = type.variants[reader.tag(type.variants.length)]!;
  const value = plainCodecOf(payload).read(reader);
  if (form === 'Option') return name === 'some' ? value : undefined;
  return form === 'Result' ? { [name]: value } : { tag: name, value };
}

function write(writer: ValueWriter, type: AlgebraicType, value: unknown): void {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  const row = value as Row;
  if (method !== undefined) writer[method as Method](value as never);
  else if (type.tag === 'Array') {
    const list = value as readonly unknown[];
    const { write } = plainCodecOf(type.element);
    writer.list(list);
    for (const element of list) write(writer, element);
  } else if (type.tag === 'Product') {
    if (type.elements.length > 0) writer.object(row, type.elements.length); // a unit is not looked at
    for (const { key, type: part } of type.elements) plainCodecOf(part).write(writer, row[key]);
  } else if (type.tag === 'Sum') {
    const names = variantNames(type);
    const some = value === undefined || value === null ? 'none' : 'some';
    const name = form === 'Option' ? some : form === 'Result' ? names.find((known) => known in row) : row.tag;
    const index = names.indexOf(name as string);
    if (index < 0) unknownVariant(type.name ?? 'enum', value, names);
    writer.variant(index);
    const payload = form === 'Option' ? value : form === 'Result' ? row[names[index]!] : row.value;
    plainCodecOf(type.variants[index]!.type).write(writer, payload);
  }
}
