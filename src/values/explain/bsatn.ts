import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  minSize,
  type ProductType,
  type SumType,
} from '../algebraic-type.ts';
import { BsatnReader } from '../bsatn/reader.ts';
import { METHOD_OF_FORM } from '../codec/shape.ts';
import { at, field, level, type Method } from './blame.ts';

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
  const form = formOf(type);
  switch (form) {
    case 'Array': {
      const { element } = type as ArrayType;
      const length = at(path, type, () => reader.count(minSize(element)));
      for (let i = 0; i < length; i++) walk(reader, element, `${path}[${i}]`);
      return;
    }
    case 'Product':
      for (const element of (type as ProductType).elements) walk(reader, element.type, field(path, element.key));
      return;
    default: {
      const { variants } = type as SumType;
      const variant = variants[at(path, type, () => reader.tag(variants.length))]!;
      walk(reader, variant.type, form === 'Option' ? path : field(path, variant.name));
    }
  }
}
