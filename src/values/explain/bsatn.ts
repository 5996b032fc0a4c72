import { type AlgebraicType, formOf, minSize, type SumType } from '../algebraic-type.ts';
import { BsatnReader } from '../bsatn/reader.ts';
import { METHOD_OF_FORM } from '../codec/shape.ts';
import { at, atVariant, field, level, type Method } from './blame.ts';

/** Finds where `bytes` stop being BSATN of `type`. Returns when nothing is found. @throws ValueError with path */
export function explainBsatn(type: AlgebraicType, bytes: Uint8Array, path: string): void {
  walk(new BsatnReader(bytes), type, path);
}

function walk(reader: BsatnReader, type: AlgebraicType, path: string): void {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) at(path, type, () => reader[method as Method]());
  else level(reader, type, path, () => walkParts(reader, type, path));
}

function walkParts(reader: BsatnReader, type: AlgebraicType, path: string): void {
  if (type.tag === 'Array') {
    const length = at(path, type, () => reader.count(minSize(type.element)));
    for (let i = 0; i < length; i++) walk(reader, type.element, `${path}[${i}]`);
  } else if (type.tag === 'Product') {
    for (const element of type.elements) walk(reader, element.type, field(path, element.key));
  } else {
    const { variants } = type as SumType;
    const variant = variants[atVariant(path, type as SumType, () => reader.tag(variants.length))]!;
    walk(reader, variant.type, formOf(type) === 'Option' ? path : field(path, variant.name));
  }
}
