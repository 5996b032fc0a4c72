import type { AlgebraicType, ProductType, SumType } from '../../values/index.ts';
import { type ModuleDef, namedTypes } from '../module-def.ts';

// The real system's description of a module in JSON: what `GET /v1/database/:name/schema` answers.

export type RawJson = string | number | boolean | RawJson[] | { [key: string]: RawJson };

export const UNIT_JSON: RawJson = [];
export const NONE: RawJson = { none: UNIT_JSON };

export function some(value: RawJson): RawJson {
  return { some: value };
}

/** Types that others refer to by number. */
export class Typespace {
  readonly #numbers = new Map<AlgebraicType, number>();
  readonly named: readonly (ProductType | SumType)[];

  constructor(def: ModuleDef) {
    this.named = namedTypes(def);
    for (const [number, type] of this.named.entries()) this.#numbers.set(type, number);
  }

  numberOf(type: AlgebraicType): number {
    return this.#numbers.get(type)!;
  }

  /** All types, written out. */
  types(): RawJson[] {
    return this.named.map((type) => this.#open(type));
  }

  /** A type as a use of it: by number where it has one. */
  use(type: AlgebraicType): RawJson {
    const number = this.#numbers.get(type);
    return number === undefined ? this.#open(type) : { Ref: number };
  }

  product(type: ProductType): RawJson {
    const elements = type.elements.map((element) => ({
      name: some(element.name),
      algebraic_type: this.use(element.type),
    }));
    return { elements };
  }

  #open(type: AlgebraicType): RawJson {
    switch (type.tag) {
      case 'Array':
        return { Array: this.use(type.element) };
      case 'Product':
        return { Product: this.product(type) };
      case 'Sum': {
        const variants = type.variants.map((variant) => ({
          name: some(variant.name),
          algebraic_type: this.use(variant.type),
        }));
        return { Sum: { variants } };
      }
      default:
        return { [type.tag]: UNIT_JSON };
    }
  }
}
