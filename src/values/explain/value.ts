import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  isUnit,
  type ProductType,
  type SumType,
  typeName,
} from '../algebraic-type.ts';
import { BsatnWriter } from '../bsatn/writer.ts';
import { METHOD_OF_FORM, someOf, variantNames } from '../codec/shape.ts';
import { at, field, level, type Method } from './blame.ts';

type Row = Readonly<Record<string, unknown>>;

/** Finds what in `value` does not fit `type`. Returns when nothing is found. @throws ValueError with path */
export function explainValue(type: AlgebraicType, value: unknown, path: string): void {
  walk(new BsatnWriter(), type, value, path);
}

/** Writes part after part: each writer refuses the same values. */
function walk(writer: BsatnWriter, type: AlgebraicType, value: unknown, path: string): void {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) at(path, type, () => writer[method as Method](value as never));
  else level(writer, type, path, () => walkParts(writer, type, value, path));
}

function walkParts(writer: BsatnWriter, type: AlgebraicType, value: unknown, path: string): void {
  const form = formOf(type);
  if (form === 'Array') {
    const list = value as readonly unknown[];
    at(path, type, () => writer.list(list));
    for (let i = 0; i < list.length; i++) walk(writer, (type as ArrayType).element, list[i], `${path}[${i}]`);
  } else if (form === 'Option') {
    if (value !== undefined && value !== null) walk(writer, someOf(type), value, path);
  } else if (!isUnit(type)) {
    // A unit is not looked at.
    const row = value as Row;
    at(path, type, () => writer.object(row, 0));
    if (form === 'Product') {
      for (const { key, type: part } of (type as ProductType).elements) walk(writer, part, row[key], field(path, key));
      return;
    }
    const names = variantNames(type as SumType);
    const name = form === 'Result' ? names.find((candidate) => candidate in row) : row.tag;
    const variant =
      (type as SumType).variants.find((candidate) => candidate.name === name) ??
      at(path, type, () => writer.unknownVariant(typeName(type), value, names));
    walk(writer, variant.type, form === 'Result' ? row[variant.name] : row.value, field(path, variant.name));
  }
}
