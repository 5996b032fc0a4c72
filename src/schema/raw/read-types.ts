import {
  type AlgebraicType,
  PRIMITIVES,
  Primitive,
  type PrimitiveTag,
  type ProductType,
  type SumType,
  UNIT,
} from '../../values/index.ts';
import { toCamelCase } from '../names.ts';
import { listOf, numberOf, objectOf, optionOf, refuse, textOf, variantOf } from './json.ts';

/** The types of a description, by number. */
export class TypespaceReader {
  readonly #types: readonly unknown[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #unnamed: string;
  readonly #read = new Map<number, AlgebraicType>();

  /** @param names of types, by number. @param unnamed what fields without a name are called, before their number */
  constructor(types: readonly unknown[], names: ReadonlyMap<number, string>, unnamed = 'field') {
    this.#types = types;
    this.#names = names;
    this.#unnamed = unnamed;
  }

  /** @throws SpacetickError E_MODULE_DEF */
  at(number: number): AlgebraicType {
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    if (!(number in this.#types)) refuse('the number of a type', number);
    return this.#build(this.#types[number], number);
  }

  type(json: unknown): AlgebraicType {
    return this.#build(json, undefined);
  }

  /** A product that stands without a tag: parameters. */
  product(json: unknown, name: string | undefined): ProductType {
    return this.#product(objectOf(json, 'a product'), name, undefined);
  }

  #build(json: unknown, number: number | undefined): AlgebraicType {
    const [tag, inner] = variantOf(json, 'a type');
    const name = number === undefined ? undefined : this.#names.get(number);
    switch (tag) {
      case 'Ref':
        return this.at(numberOf(inner, 'the number of a type'));
      case 'Array':
        return { tag, element: this.type(inner) };
      case 'Product':
        return this.#product(objectOf(inner, 'a product'), name, number);
      case 'Sum':
        return this.#sum(objectOf(inner, 'a sum'), name, number);
      default:
        if (isPrimitive(tag)) return Primitive[tag];
        return refuse('a type', json);
    }
  }

  #product({ elements: list }: { readonly elements?: unknown }, name: string | undefined, number: number | undefined) {
    const all = listOf(list, 'the elements of a product');
    if (all.length === 0 && name === undefined) return UNIT;
    const elements: ProductType['elements'][number][] = [];
    const product: ProductType = { tag: 'Product', name, elements };
    // Registered before its parts are read: it may contain itself.
    if (number !== undefined) this.#read.set(number, product);
    for (const [at, each] of all.entries()) {
      const element = objectOf(each, 'an element');
      const wire = optionOf(element.name, 'a name');
      const wireName = wire === undefined ? `${this.#unnamed}${at}` : textOf(wire, 'a name');
      const key = wireName.startsWith('__') ? wireName : toCamelCase(wireName) || wireName;
      elements.push({ name: wireName, key, type: this.type(element.algebraic_type) });
    }
    return product;
  }

  #sum(
    { variants: list }: { readonly variants?: unknown },
    name: string | undefined,
    number: number | undefined,
  ): SumType {
    const variants: SumType['variants'][number][] = [];
    const sum: SumType = { tag: 'Sum', name, variants };
    if (number !== undefined) this.#read.set(number, sum);
    for (const each of listOf(list, 'the variants of a sum')) {
      const variant = objectOf(each, 'a variant');
      const variantName = textOf(optionOf(variant.name, 'a name'), 'the name of a variant');
      variants.push({ name: variantName, type: this.type(variant.algebraic_type) });
    }
    return sum;
  }
}

function isPrimitive(tag: string): tag is PrimitiveTag {
  return (PRIMITIVES as readonly string[]).includes(tag);
}
