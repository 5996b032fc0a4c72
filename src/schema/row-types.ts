import {
  type AlgebraicType,
  childrenOf,
  formOf,
  type ProductType,
  SpacetickError,
  type SumType,
  typeName,
} from '../values/index.ts';
import type { Tables } from './schema.ts';
import type { TableDef } from './table-def.ts';

/**
 * Declared rows -> rows of tables as resolved. A module says `t.array(ship.rowType)` and means the rows of `ship`, under
 * their name and with their names on the wire.
 */
export class RowTypes {
  readonly #resolved = new Map<AlgebraicType, AlgebraicType>();

  /** @param defs the resolved tables, in the order of the declared ones */
  constructor(tables: Tables, defs: readonly TableDef[]) {
    for (const [at, declared] of Object.values(tables).entries()) {
      this.add(declared.rowType.algebraicType, defs[at]!.rowType);
    }
  }

  /** The first to claim a row keeps it: two tables may share a declaration. */
  add(declared: AlgebraicType, resolved: ProductType): void {
    if (!this.#resolved.has(declared)) this.#resolved.set(declared, resolved);
  }

  /** The type, with the rows of tables in it as resolved. */
  resolve(type: AlgebraicType): AlgebraicType {
    const known = this.#resolved.get(type);
    if (known !== undefined) return known;
    if (!this.#mentionsRow(type, new Set())) return type;
    if (type.tag === 'Array') return this.#keep(type, { tag: 'Array', element: this.resolve(type.element) });
    // Registered before its parts are resolved: it may contain itself.
    if (type.tag === 'Product') {
      const elements: ProductType['elements'][number][] = [];
      const product = this.#keep(type, { tag: 'Product', name: type.name, elements });
      for (const element of type.elements) elements.push({ ...element, type: this.resolve(element.type) });
      return product;
    }
    const variants: SumType['variants'][number][] = [];
    const sum = this.#keep(type, { tag: 'Sum', name: (type as SumType).name, variants });
    for (const variant of (type as SumType).variants) {
      variants.push({ ...variant, type: this.resolve(variant.type) });
    }
    return sum;
  }

  /** The same for a list of parameters. */
  resolveParams(params: ProductType): ProductType {
    return {
      ...params,
      elements: params.elements.map((element) => ({ ...element, type: this.resolve(element.type) })),
    };
  }

  #keep(type: AlgebraicType, resolved: AlgebraicType): AlgebraicType {
    this.#resolved.set(type, resolved);
    return resolved;
  }

  #mentionsRow(type: AlgebraicType, seen: Set<AlgebraicType>): boolean {
    if (this.#resolved.has(type)) return true;
    if (seen.has(type)) return false;
    seen.add(type);
    return childrenOf(type).some((child) => this.#mentionsRow(child, seen));
  }
}

/** Row of what a view returns. @throws SpacetickError E_SCHEMA */
export function rowOfView(view: string, returned: AlgebraicType): ProductType {
  const [row] = childrenOf(returned);
  const isRows = returned.tag === 'Array' || (returned.tag === 'Sum' && returned.variants[0]!.name === 'some');
  if (isRows && row?.tag === 'Product' && formOf(row) === 'Product' && row.elements.length > 0) return row;
  throw new SpacetickError(
    'E_SCHEMA',
    `View ${view} returns ${typeName(returned)}. A view returns rows: t.array(ship.rowType), or t.option(...) for at most one.`,
  );
}
