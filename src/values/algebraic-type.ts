/**
 * Algebraic types: the shape of every column, row and argument list (`wire.md` 1.1).
 *
 * A type is a graph of plain frozen-by-convention objects. Named products and sums may refer to themselves; their
 * `elements`/`variants` are then read lazily, so code that walks a type must memoise on the object.
 */
export type AlgebraicType = PrimitiveType | ArrayType | ProductType | SumType;

export const PRIMITIVES = [
  'Bool',
  'I8',
  'U8',
  'I16',
  'U16',
  'I32',
  'U32',
  'I64',
  'U64',
  'I128',
  'U128',
  'I256',
  'U256',
  'F32',
  'F64',
  'String',
] as const;

export type PrimitiveTag = (typeof PRIMITIVES)[number];

export interface PrimitiveType {
  readonly tag: PrimitiveTag;
}

export interface ArrayType {
  readonly tag: 'Array';
  readonly element: AlgebraicType;
}

/** One field of a product: `name` on the wire and in SQL, `key` on the JavaScript object. */
export interface ProductElement {
  readonly name: string;
  readonly key: string;
  readonly type: AlgebraicType;
}

export interface ProductType {
  readonly tag: 'Product';
  /** PascalCase name for types declared with one, else undefined. */
  readonly name?: string | undefined;
  readonly elements: readonly ProductElement[];
}

export interface SumVariant {
  readonly name: string;
  readonly type: AlgebraicType;
}

export interface SumType {
  readonly tag: 'Sum';
  readonly name?: string | undefined;
  readonly variants: readonly SumVariant[];
}

function primitive(tag: PrimitiveTag): PrimitiveType {
  return Object.freeze({ tag });
}

/** The primitive types, one object each. */
export const Primitive: { readonly [K in PrimitiveTag]: PrimitiveType } = Object.freeze(
  Object.fromEntries(PRIMITIVES.map((tag) => [tag, primitive(tag)])) as { [K in PrimitiveTag]: PrimitiveType },
);

export const UNIT: ProductType = Object.freeze({ tag: 'Product', elements: [] });

export const BYTES: ArrayType = Object.freeze({ tag: 'Array', element: Primitive.U8 });

function wrapper(field: string, type: AlgebraicType): ProductType {
  return Object.freeze({ tag: 'Product', elements: [{ name: field, key: field, type }] });
}

// The special types are ordinary products and sums, told by their field or variant names (wire.md 1.1).
export const IDENTITY = wrapper('__identity__', Primitive.U256);
export const CONNECTION_ID = wrapper('__connection_id__', Primitive.U128);
export const TIMESTAMP = wrapper('__timestamp_micros_since_unix_epoch__', Primitive.I64);
export const TIME_DURATION = wrapper('__time_duration_micros__', Primitive.I64);
export const UUID = wrapper('__uuid__', Primitive.U128);

export const SCHEDULE_AT: SumType = Object.freeze({
  tag: 'Sum',
  variants: [
    { name: 'Interval', type: TIME_DURATION },
    { name: 'Time', type: TIMESTAMP },
  ],
});

export function optionOf(type: AlgebraicType): SumType {
  return {
    tag: 'Sum',
    variants: [
      { name: 'some', type },
      { name: 'none', type: UNIT },
    ],
  };
}

export function resultOf(ok: AlgebraicType, err: AlgebraicType): SumType {
  return {
    tag: 'Sum',
    variants: [
      { name: 'ok', type: ok },
      { name: 'err', type: err },
    ],
  };
}

/** What a type is to JavaScript: special products and sums have forms of their own. */
export type TypeForm =
  | PrimitiveTag
  | 'Identity'
  | 'ConnectionId'
  | 'Timestamp'
  | 'TimeDuration'
  | 'Uuid'
  | 'Bytes'
  | 'Array'
  | 'Product'
  | 'Sum'
  | 'Option'
  | 'Result';

const WRAPPER_FORMS: Readonly<Record<string, { form: TypeForm; inner: PrimitiveTag }>> = {
  __identity__: { form: 'Identity', inner: 'U256' },
  __connection_id__: { form: 'ConnectionId', inner: 'U128' },
  __timestamp_micros_since_unix_epoch__: { form: 'Timestamp', inner: 'I64' },
  __time_duration_micros__: { form: 'TimeDuration', inner: 'I64' },
  __uuid__: { form: 'Uuid', inner: 'U128' },
};

/** Classifies one level of a type. The payload of `ScheduleAt` needs no form of its own: it is a plain sum. */
export function formOf(type: AlgebraicType): TypeForm {
  switch (type.tag) {
    case 'Array':
      return type.element.tag === 'U8' ? 'Bytes' : 'Array';
    case 'Product': {
      const only = type.elements.length === 1 ? type.elements[0]! : undefined;
      const wrapped = only && Object.hasOwn(WRAPPER_FORMS, only.name) ? WRAPPER_FORMS[only.name]! : undefined;
      return wrapped && only!.type.tag === wrapped.inner ? wrapped.form : 'Product';
    }
    case 'Sum': {
      const [first, second] = type.variants;
      if (type.variants.length !== 2) return 'Sum';
      if (first!.name === 'some' && second!.name === 'none' && isUnit(second!.type)) return 'Option';
      return first!.name === 'ok' && second!.name === 'err' ? 'Result' : 'Sum';
    }
    default:
      return type.tag;
  }
}

export function isUnit(type: AlgebraicType): boolean {
  return type.tag === 'Product' && type.elements.length === 0;
}

export function isScheduleAt(type: AlgebraicType): boolean {
  return (
    type.tag === 'Sum' &&
    type.variants.length === 2 &&
    type.variants[0]!.name === 'Interval' &&
    type.variants[1]!.name === 'Time' &&
    formOf(type.variants[0]!.type) === 'TimeDuration' &&
    formOf(type.variants[1]!.type) === 'Timestamp'
  );
}

/** The type as a declaration would spell it, for error texts: `u8`, `Ship`, `array<option<string>>`. */
export function typeName(type: AlgebraicType): string {
  const form = formOf(type);
  switch (form) {
    case 'Array':
      return `array<${typeName((type as ArrayType).element)}>`;
    case 'Option':
      return `option<${typeName((type as SumType).variants[0]!.type)}>`;
    case 'Result': {
      const [ok, err] = (type as SumType).variants;
      return `result<${typeName(ok!.type)}, ${typeName(err!.type)}>`;
    }
    case 'Product': {
      const product = type as ProductType;
      if (product.name) return product.name;
      return isUnit(product) ? 'unit' : `{ ${product.elements.map((element) => element.key).join(', ')} }`;
    }
    case 'Sum': {
      const sum = type as SumType;
      return sum.name ?? (isScheduleAt(sum) ? 'scheduleAt' : sum.variants.map((variant) => variant.name).join(' | '));
    }
    default:
      return form.charAt(0).toLowerCase() + form.slice(1);
  }
}

/**
 * The fewest BSATN bytes a value of this type can take; 0 for unit-like types. Bounds what an element count may claim.
 * A recursive type is counted as at least its tag.
 */
export function minSize(type: AlgebraicType, open: Set<AlgebraicType> = new Set()): number {
  switch (type.tag) {
    case 'Bool':
    case 'I8':
    case 'U8':
      return 1;
    case 'I16':
    case 'U16':
      return 2;
    case 'I32':
    case 'U32':
    case 'F32':
    case 'String':
    case 'Array':
      return 4;
    case 'I64':
    case 'U64':
    case 'F64':
      return 8;
    case 'I128':
    case 'U128':
      return 16;
    case 'I256':
    case 'U256':
      return 32;
    case 'Product':
    case 'Sum': {
      if (open.has(type)) return 0;
      open.add(type);
      const sizes =
        type.tag === 'Product'
          ? type.elements.map((element) => minSize(element.type, open))
          : type.variants.map((variant) => minSize(variant.type, open));
      open.delete(type);
      return type.tag === 'Product' ? sizes.reduce((sum, size) => sum + size, 0) : 1 + Math.min(...sizes);
    }
  }
}

/** Size in bytes of every value of a type in BSATN; undefined when values differ in size. */
export function fixedSize(type: AlgebraicType): number | undefined {
  if (type.tag === 'String' || type.tag === 'Array') return undefined;
  if (type.tag === 'Sum') {
    const sizes = type.variants.map((variant) => fixedSize(variant.type));
    return sizes.every((size) => size !== undefined && size === sizes[0]) ? 1 + sizes[0]! : undefined;
  }
  if (type.tag !== 'Product') return minSize(type);
  let sum = 0;
  for (const element of type.elements) {
    const size = fixedSize(element.type);
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}
