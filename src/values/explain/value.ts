import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  type ProductType,
  type SumType,
  typeName,
} from '../algebraic-type.ts';
import { Copier } from '../codec/copier.ts';
import { METHOD_OF_FORM, someOf, variantNames } from '../codec/shape.ts';
import { at, field, level, type Method } from './blame.ts';

/** Finds what in `value` does not fit `type`. Returns when nothing is found. @throws ValueError with path */
export function explainValue(type: AlgebraicType, value: unknown, path: string): void {
  walk(new Copier(), type, value, path);
}

function walk(copier: Copier, type: AlgebraicType, value: unknown, path: string): void {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) at(path, type, () => copier[method as Method](value));
  else level(copier, type, path, () => walkParts(copier, type, value, path));
}

function walkParts(copier: Copier, type: AlgebraicType, value: unknown, path: string): void {
  const form = formOf(type);
  switch (form) {
    case 'Array': {
      const list = at(path, type, () => copier.array(value));
      for (let i = 0; i < list.length; i++) walk(copier, (type as ArrayType).element, list[i], `${path}[${i}]`);
      return;
    }
    case 'Option':
      if (value !== undefined && value !== null) walk(copier, someOf(type), value, path);
      return;
    case 'Product': {
      const { elements } = type as ProductType;
      if (elements.length === 0) return; // a unit is not looked at
      const row = at(path, type, () => copier.object(value, typeName(type)));
      for (const element of elements) walk(copier, element.type, row[element.key], field(path, element.key));
      return;
    }
    default: {
      const sum = at(path, type, () => copier.object(value, typeName(type)));
      const names = variantNames(type as SumType);
      const name = form === 'Result' ? names.find((candidate) => candidate in sum) : sum.tag;
      const variant =
        (type as SumType).variants.find((candidate) => candidate.name === name) ??
        at(path, type, () => copier.unknownVariant(typeName(type), value, names));
      walk(copier, variant.type, form === 'Result' ? sum[variant.name] : sum.value, field(path, variant.name));
    }
  }
}
