import { type AlgebraicType, optionOf, type ProductType, type SumType, typeName } from './algebraic-type.ts';
import { type ColumnMeta, type IndexAlgorithm, mayAutoInc, mayBeKey } from './column-meta.ts';
import { SpacetickError } from './errors.ts';

/** The value of a unit: an object without fields. */
export type Unit = Record<string, never>;

/** JavaScript type of the values of a declaration, or of an object of declarations: `Infer<typeof Ship>`. */
export type Infer<B> = B extends TypeBuilder<infer T, ColumnMeta> ? T : B extends Fields ? InferFields<B> : never;

/** Fields of an object or columns of a row. A field may be a getter, so that declarations can refer forward. */
export type Fields = Readonly<Record<string, TypeBuilder<unknown, ColumnMeta>>>;

/** JavaScript type of an object with these fields. */
export type InferFields<F> = { -readonly [K in keyof F]: F[K] extends TypeBuilder<infer T, ColumnMeta> ? T : never };

/**
 * A declared type, and as a column what is said of it: `t.u32().primaryKey().autoInc()`. Immutable: each modifier
 * returns another builder. A modifier that does not fit the type throws SpacetickError E_SCHEMA.
 */
export class TypeBuilder<T, M extends ColumnMeta = ColumnMeta> {
  /** Only for inference; never there at run time. */
  declare readonly __value?: T;
  readonly meta: M;
  readonly #type: () => AlgebraicType;

  constructor(type: () => AlgebraicType, meta: M = {} as M) {
    this.#type = type;
    this.meta = meta;
  }

  get algebraicType(): AlgebraicType {
    return this.#type();
  }

  /** One per table; implies unique and an index. */
  primaryKey(): TypeBuilder<T, M & { readonly primaryKey: true }> {
    mustFit('primaryKey', this, mayBeKey(this.algebraicType) && !('default' in this.meta));
    return this.#with({ primaryKey: true } as const);
  }

  unique(): TypeBuilder<T, M & { readonly unique: true }> {
    mustFit('unique', this, mayBeKey(this.algebraicType) && !('default' in this.meta));
    return this.#with({ unique: true } as const);
  }

  /** A zero inserted here becomes the next number of the table's sequence. Integers only. */
  autoInc(): TypeBuilder<T, M & { readonly autoInc: true }> {
    mustFit('autoInc', this, mayAutoInc(this.algebraicType) && !('default' in this.meta));
    return this.#with({ autoInc: true } as const);
  }

  /** @param algorithm `btree` (the default) also serves ranges and prefixes */
  index<A extends IndexAlgorithm = 'btree'>(algorithm?: A): TypeBuilder<T, M & { readonly index: A }> {
    mustFit('index', this, mayBeKey(this.algebraicType));
    return this.#with({ index: (algorithm ?? 'btree') as A });
  }

  /** What rows that were there before this column have in it. */
  default(value: T): TypeBuilder<T, M & { readonly default: T }> {
    mustFit('default', this, !isKeyOrSequence(this.meta));
    return this.#with({ default: value });
  }

  /** The column's name on the wire and in SQL. */
  name(wireName: string): TypeBuilder<T, M & { readonly name: string }> {
    return this.#with({ name: wireName });
  }

  /** The type with "none" beside its values: undefined in JavaScript. */
  optional(): TypeBuilder<T | undefined, M> {
    mustFit('optional', this, !isKeyOrSequence(this.meta) && !this.meta.index);
    return new TypeBuilder<T | undefined, M>(lazyOption(this), this.meta);
  }

  #with<N extends ColumnMeta>(more: N): TypeBuilder<T, M & N> {
    return new TypeBuilder<T, M & N>(this.#type, { ...this.meta, ...more });
  }
}

// What declarations must be. The lean build leaves statements out that call `must...`: bindings were made of a module that
// is in order.

function mustFit(modifier: string, { algebraicType }: TypeBuilder<unknown, ColumnMeta>, fits: boolean): void {
  if (fits) return;
  throw new SpacetickError(
    'E_SCHEMA',
    `.${modifier}() cannot be on a column of type ${typeName(algebraicType)}. ` +
      'Keys and indexes go on integers, bool, string, ids, times and plain enums; autoInc on integers; default on ' +
      'columns without key or sequence.',
  );
}

function isKeyOrSequence({ primaryKey, unique, autoInc }: ColumnMeta): boolean {
  return Boolean(primaryKey || unique || autoInc);
}

/** The option of a declaration, read when it is needed. */
export function lazyOption(some: TypeBuilder<unknown, ColumnMeta>): () => AlgebraicType {
  let option: AlgebraicType | undefined;
  return () => {
    option ??= optionOf(some.algebraicType);
    return option;
  };
}

/** A declared object; its fields can be read back. */
export class ObjectBuilder<F, M extends ColumnMeta = ColumnMeta> extends TypeBuilder<InferFields<F>, M> {
  readonly typeName: string | undefined;
  readonly fields: F;

  constructor(name: string | undefined, fields: F, type: ProductType = new LazyProduct(name, fields as Fields)) {
    super(() => type);
    this.typeName = name;
    this.fields = fields;
  }
}

/** Reads the fields only when asked: they may be getters to declarations further down. */
class LazyProduct implements ProductType {
  readonly tag = 'Product';
  readonly name: string | undefined;
  readonly #fields: Fields;
  #elements: ProductType['elements'] | undefined;

  constructor(name: string | undefined, fields: Fields) {
    this.name = name;
    this.#fields = fields;
  }

  get fields(): Fields {
    return this.#fields;
  }

  get elements(): ProductType['elements'] {
    this.#elements ??= elementsOf(this.#fields);
    return this.#elements;
  }
}

/** The fields of a declared object, with what was said of them; undefined for types that no object declares. */
export function fieldsOf(type: AlgebraicType): Fields | undefined {
  return type instanceof LazyProduct ? type.fields : undefined;
}

/**
 * Elements of a product made of fields, in declared order.
 * @param wireName name of a field that has not been given one
 * @throws SpacetickError E_SCHEMA
 */
export function elementsOf(fields: Fields, wireName: (key: string) => string = (key) => key): ProductType['elements'] {
  return Object.keys(fields).map((key) => {
    const field = fields[key]!;
    mustBeField(field, key);
    return { name: field.meta.name ?? wireName(key), key, type: field.algebraicType };
  });
}

/** Of the declaration of a field or variant. */
function mustBeField(field: unknown, name: string): void {
  if (!(field instanceof TypeBuilder)) {
    throw new SpacetickError('E_SCHEMA', `${name} is not a type. Declare it with t: { ${name}: t.string() }.`);
  }
  if (name === '__proto__' || /^\d+$/.test(name)) {
    throw new SpacetickError(
      'E_SCHEMA',
      `A field or variant cannot be called ${name}: choose a name that starts with a letter.`,
    );
  }
}

const MAX_VARIANTS = 256; // their tag is one byte

/** A declared enum; its variants are read only when asked. */
export class LazySum implements SumType {
  readonly tag = 'Sum';
  readonly name: string | undefined;
  readonly #payloads: Fields;
  #variants: SumType['variants'] | undefined;

  constructor(name: string | undefined, payloads: Fields) {
    this.name = name;
    this.#payloads = payloads;
  }

  get variants(): SumType['variants'] {
    this.#variants ??= variantsOf(this.name, this.#payloads);
    return this.#variants;
  }
}

/** Variants of a sum in declared order. @throws SpacetickError E_SCHEMA */
function variantsOf(name: string | undefined, payloads: Fields): SumType['variants'] {
  const names = Object.keys(payloads);
  mustBeFew(names, name);
  return names.map((variant) => {
    const payload = payloads[variant]!;
    mustBeField(payload, variant);
    return { name: variant, type: payload.algebraicType };
  });
}

function mustBeFew({ length }: readonly string[], name = 'The enum'): void {
  if (length > 0 && length <= MAX_VARIANTS) return;
  throw new SpacetickError('E_SCHEMA', `${name} has ${length} variants; an enum has 1 to ${MAX_VARIANTS}.`);
}
