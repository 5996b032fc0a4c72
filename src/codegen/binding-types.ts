import {
  type AlgebraicType,
  childrenOf,
  formOf,
  isScheduleAt,
  isUnit,
  type ProductType,
  SpacetickError,
  type SumType,
} from '../values/index.ts';
import { camel, NameRegister, pascal } from './names.ts';

/** A product or sum with a declaration of its own in `types.ts`. */
export type NamedType = (ProductType | SumType) & { readonly name: string };

interface Declared {
  readonly type: NamedType;
  /** Name in the module, and where it was met first. */
  readonly source: string;
  readonly owner: string;
}

/** True for types that bindings refer to by name. Options, results and the special types never are. */
export function isNamed(type: AlgebraicType): type is NamedType {
  if (type.tag !== 'Product' && type.tag !== 'Sum') return false;
  return Boolean(type.name) && formOf(type) === type.tag;
}

/**
 * A module's types as bindings have them: fields in camelCase, types and variants in PascalCase, one object for each
 * name.
 */
export class BindingTypes {
  private readonly mapped = new Map<AlgebraicType, AlgebraicType>();
  private readonly declared = new Map<string, Declared>();
  /** Types that came under a name already declared: they must turn out to be the same. */
  private readonly repeated: { declared: Declared; again: AlgebraicType; owner: string }[] = [];
  /** Types without a name that are being mapped, since the last one with a name. */
  private unnamed: ReadonlySet<AlgebraicType> = new Set();

  /**
   * @param owner what the type belongs to, for errors: `table ship`
   * @throws SpacetickError E_CODEGEN
   */
  map(type: AlgebraicType, owner: string): AlgebraicType {
    if (this.unnamed.has(type)) {
      throw new SpacetickError(
        'E_CODEGEN',
        `${owner} has a type without a name that contains itself. Give it a name: t.object('Tree', { ... }).`,
      );
    }
    const known = this.mapped.get(type);
    if (known !== undefined) return known;
    const unnamed = this.unnamed;
    this.unnamed = isNamed(type) ? new Set() : new Set(unnamed).add(type);
    const mapped = isNamed(type) ? this.mapNamed(type, owner) : this.build(type, owner, undefined);
    this.unnamed = unnamed;
    return mapped;
  }

  private mapNamed(type: NamedType, owner: string): AlgebraicType {
    const name = pascal(type.name);
    const declared = this.declared.get(name);
    if (declared === undefined) return this.build(type, owner, name);
    if (declared.source !== type.name) throw this.clash(declared, type.name, owner);
    this.mapped.set(type, declared.type);
    this.repeated.push({ declared, again: this.build(type, owner, undefined), owner });
    return declared.type;
  }

  /** A parameter list: a product with a name that is no type's. */
  mapParams(params: ProductType, name: string, owner: string): ProductType {
    const { elements } = this.build({ tag: 'Product', elements: params.elements }, owner, undefined) as ProductType;
    return { tag: 'Product', name, elements };
  }

  /** The named types mapped so far, by name. @throws SpacetickError E_CODEGEN for two different types of one name */
  named(): NamedType[] {
    for (const { declared, again, owner } of this.repeated) {
      if (signature(declared.type) !== signature(again)) throw this.clash(declared, declared.source, owner);
    }
    return [...this.declared.values()].map(({ type }) => type).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private clash(declared: Declared, source: string, owner: string): SpacetickError {
    return new SpacetickError(
      'E_CODEGEN',
      `Type ${declared.source} of ${declared.owner} and type ${source} of ${owner} differ, and both become ` +
        `${declared.type.name} in the bindings. Rename one of them in the module.`,
    );
  }

  private build(type: AlgebraicType, owner: string, name: string | undefined): AlgebraicType {
    switch (formOf(type)) {
      case 'Array': {
        if (type.tag !== 'Array') return type;
        const array = { tag: 'Array' as const, element: this.map(type.element, owner) };
        this.mapped.set(type, array);
        return array;
      }
      case 'Product':
        return this.product(type as ProductType, owner, name);
      case 'Option':
      case 'Result':
      case 'Sum':
        return this.sum(type as SumType, owner, name);
      default:
        return type;
    }
  }

  private product(type: ProductType, owner: string, name: string | undefined): ProductType {
    const elements: ProductType['elements'][number][] = [];
    const product: ProductType = { tag: 'Product', name, elements };
    this.register(type, product, owner, name);
    const keys = new NameRegister(`field of ${name ?? owner},`);
    for (const element of type.elements) {
      const key = camel(element.key);
      keys.claim(key, `field ${element.key}`);
      elements.push({ name: element.name, key, type: this.map(element.type, owner) });
    }
    return product;
  }

  private sum(type: SumType, owner: string, name: string | undefined): SumType {
    if (type.name === undefined && isScheduleAt(type)) return type;
    const isPlain = formOf(type) === 'Sum';
    if (isPlain && !type.name) {
      throw new SpacetickError('E_CODEGEN', `An enum of ${owner} has no name. Give it one: t.enum('Kind', { ... }).`);
    }
    const variants: SumType['variants'][number][] = [];
    const sum: SumType = { tag: 'Sum', name, variants };
    this.register(type, sum, owner, name);
    const names = new NameRegister(`variant of ${name ?? owner},`);
    for (const variant of type.variants) {
      const cased = isPlain ? pascal(variant.name) : variant.name;
      names.claim(cased, `variant ${variant.name}`);
      variants.push({ name: cased, type: this.map(variant.type, owner) });
    }
    return sum;
  }

  /** Registered before its parts are mapped, so that a recursive type finds itself. */
  private register(type: ProductType | SumType, made: ProductType | SumType, owner: string, name?: string): void {
    if (!this.mapped.has(type)) this.mapped.set(type, made);
    if (name === undefined) return;
    this.declared.set(name, { type: made as NamedType, source: type.name ?? name, owner });
  }
}

/** A type's own parts, with named types inside it by name. */
function signature(type: AlgebraicType): string {
  const part = (inner: AlgebraicType): string => (isNamed(inner) ? `#${inner.name}` : signature(inner));
  switch (type.tag) {
    case 'Array':
      return `[${part(type.element)}]`;
    case 'Product':
      return `{${type.elements.map((element) => `${JSON.stringify(element.key)}:${part(element.type)}`).join()}}`;
    case 'Sum':
      return `(${type.variants.map((variant) => `${JSON.stringify(variant.name)}:${part(variant.type)}`).join('|')})`;
    default:
      return type.tag;
  }
}

/** True when a value of the type may contain another of the same type. */
export function isRecursive(type: AlgebraicType): boolean {
  const seen = new Set<AlgebraicType>();
  const contains = (inner: AlgebraicType): boolean => {
    if (inner === type) return true;
    if (seen.has(inner)) return false;
    seen.add(inner);
    return childrenOf(inner).some(contains);
  };
  return childrenOf(type).some(contains);
}

/** True for a product without fields that has no name. */
export function isBareUnit(type: AlgebraicType): boolean {
  return isUnit(type) && !isNamed(type);
}
