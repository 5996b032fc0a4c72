import { type AlgebraicType, type ArrayType, formOf, type ProductType, type SumType } from '../algebraic-type.ts';
import { isOption, METHOD_OF_FORM, someOf } from '../codec/shape.ts';
import { plainUnpacker } from '../msgpack/plain.ts';
import { at, atVariant, field, level, type Method } from './blame.ts';

/** Finds what in decoded MessagePack does not fit `type`. Returns when nothing is found. @throws ValueError with path */
export function explainPlain(type: AlgebraicType, plain: unknown, path: string): void {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) at(path, type, () => plainUnpacker[method as Method](plain));
  else level(plainUnpacker, type, path, () => walkParts(type, plain, path));
}

function walkParts(type: AlgebraicType, plain: unknown, path: string): void {
  switch (formOf(type)) {
    case 'Array': {
      const list = at(path, type, () => plainUnpacker.array(plain));
      for (let i = 0; i < list.length; i++) explainPlain((type as ArrayType).element, list[i], `${path}[${i}]`);
      return;
    }
    case 'Option': {
      if (plain === null) return;
      const some = someOf(type);
      explainPlain(some, isOption(some) ? at(path, type, () => plainUnpacker.nested(plain)) : plain, path);
      return;
    }
    case 'Product': {
      const { elements } = type as ProductType;
      const items = at(path, type, () => plainUnpacker.product(plain, elements.length));
      for (const [i, element] of elements.entries()) explainPlain(element.type, items[i], field(path, element.key));
      return;
    }
    default: {
      const { variants } = type as SumType;
      const [tag, payload] = atVariant(path, type as SumType, () => plainUnpacker.sum(plain, variants.length));
      explainPlain(variants[tag]!.type, payload, field(path, variants[tag]!.name));
    }
  }
}
