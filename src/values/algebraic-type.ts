/**
 * Algebraic types: the shape of every column, row and argument list (`wire.md` 1.1).
 *
 * A type is a graph of plain frozen-by-convention objects. Named products and sums may refer to themselves; their
 * `elements`/`variants` are then read lazily, so code that walks a type must memoise on the object.
 */
export type AlgebraicType = PrimitiveType | ArrayType | ProductType | SumType;

/** Bytes of each primitive in BSATN; of a text at least: its length. */
const PRIMITIVE_BYTES = {
  Bool: 1,
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  I64: 8,
  U64: 8,
  I128: 16,
  U128: 16,
  I256: 32,
  U256: 32,
  F32: 4,
  F64: 8,
  String: 4,
} as const;

export type PrimitiveTag = keyof typeof PRIMITIVE_BYTES;

export const PRIMITIVES = /* @__PURE__ */ Object.keys(PRIMITIVE_BYTES) as PrimitiveTag[];

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

/** The primitive types, one object each. */
export const Primitive = /* @__PURE__ */ Object.freeze(
  Object.fromEntries(PRIMITIVES.map((tag) => [tag, Object.freeze({ tag })])),
) as { readonly [K in PrimitiveTag]: PrimitiveType };

export const UNIT: ProductType = Object.freeze({ tag: 'Product', elements: [] });

export const BYTES: ArrayType = Object.freeze({ tag: 'Array', element: Primitive.U8 });

// The special types are ordinary products and sums, told by their field or variant names (wire.md 1.1).
const SPECIAL = {
  __identity__: ['Identity', 'U256'],
  __connection_id__: ['ConnectionId', 'U128'],
  __timestamp_micros_since_unix_epoch__: ['Timestamp', 'I64'],
  __time_duration_micros__: ['TimeDuration', 'I64'],
  __uuid__: ['Uuid', 'U128'],
} as const;

function special(field: keyof typeof SPECIAL): ProductType {
  return Object.freeze({
    tag: 'Product',
    elements: [{ name: field, key: field, type: Primitive[SPECIAL[field][1]] }],
  });
}

export const IDENTITY = /* @__PURE__ */ special('__identity__');
export const CONNECTION_ID = /* @__PURE__ */ special('__connection_id__');
export const TIMESTAMP = /* @__PURE__ */ special('__timestamp_micros_since_unix_epoch__');
export const TIME_DURATION = /* @__PURE__ */ special('__time_duration_micros__');
export const UUID = /* @__PURE__ */ special('__uuid__');

function sumOf(...variants: readonly (readonly [name: string, type: AlgebraicType])[]): SumType {
  return Object.freeze({ tag: 'Sum', variants: variants.map(([name, type]) => ({ name, type })) });
}

export const SCHEDULE_AT = /* @__PURE__ */ sumOf(['Interval', TIME_DURATION], ['Time', TIMESTAMP]);

export function optionOf(type: AlgebraicType): SumType {
  return sumOf(['some', type], ['none', UNIT]);
}

export function resultOf(ok: AlgebraicType, err: AlgebraicType): SumType {
  return sumOf(['ok', ok], ['err', err]);
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

/** Classifies one level of a type. The payload of `ScheduleAt` needs no form of its own: it is a plain sum. */
export function formOf(type: AlgebraicType): TypeForm {
  const { tag } = type;
  if (tag === 'Array') return type.element.tag === 'U8' ? 'Bytes' : tag;
  if (tag === 'Product') {
    const [only] = type.elements;
    if (type.elements.length !== 1 || !Object.hasOwn(SPECIAL, only!.name)) return tag;
    const [form, inner] = SPECIAL[only!.name as keyof typeof SPECIAL];
    return only!.type.tag === inner ? form : tag;
  }
  if (tag !== 'Sum' || type.variants.length !== 2) return tag;
  const [first, second] = type.variants as [SumVariant, SumVariant];
  if (first.name === 'some' && second.name === 'none' && isUnit(second.type)) return 'Option';
  return first.name === 'ok' && second.name === 'err' ? 'Result' : tag;
}

export function isUnit(type: AlgebraicType): boolean {
  return type.tag === 'Product' && type.elements.length === 0;
}

export function isScheduleAt(type: AlgebraicType): boolean {
  if (type.tag !== 'Sum' || type.variants.length !== 2) return false;
  const [first, second] = type.variants as [SumVariant, SumVariant];
  return (
    first.name === 'Interval' &&
    second.name === 'Time' &&
    formOf(first.type) === 'TimeDuration' &&
    formOf(second.type) === 'Timestamp'
  );
}

/** The type as a declaration would spell it, for error texts: `u8`, `Ship`, `array<option<string>>`. */
export function typeName(type: AlgebraicType): string {
  const form = formOf(type);
  const name = form.charAt(0).toLowerCase() + form.slice(1);
  if (type.tag === 'Array') return form === 'Bytes' ? name : `${name}<${typeName(type.element)}>`;
  if (form === 'Product') {
    const { name, elements } = type as ProductType;
    return name || (elements.length === 0 ? 'unit' : `{ ${elements.map(({ key }) => key).join(', ')} }`);
  }
  if (type.tag !== 'Sum') return name;
  const { variants } = type;
  if (form === 'Option') return `${name}<${typeName(variants[0]!.type)}>`;
  if (form === 'Result') return `${name}<${variants.map((variant) => typeName(variant.type)).join(', ')}>`;
  return type.name ?? (isScheduleAt(type) ? 'scheduleAt' : variants.map((variant) => variant.name).join(' | '));
}

/**
 * The fewest BSATN bytes a value of this type can take; 0 for unit-like types. Bounds what an element count may claim.
 * A recursive type is counted as at least its tag.
 */
export function minSize(type: AlgebraicType, open: readonly AlgebraicType[] = []): number {
  if (type.tag === 'Array') return 4; // its length
  if (type.tag !== 'Product' && type.tag !== 'Sum') return PRIMITIVE_BYTES[type.tag];
  if (open.includes(type)) return 0;
  const within = [...open, type];
  return type.tag === 'Product'
    ? type.elements.reduce((sum, element) => sum + minSize(element.type, within), 0)
    : 1 + Math.min(...type.variants.map((variant) => minSize(variant.type, within)));
}

/** Size in bytes of every value of a type in BSATN; undefined when values differ in size. */
export function fixedSize(type: AlgebraicType): number | undefined {
  if (type.tag === 'String' || type.tag === 'Array') return undefined;
  if (type.tag === 'Sum') {
    const [first, ...others] = type.variants.map((variant) => fixedSize(variant.type));
    return first === undefined || others.some((size) => size !== first) ? undefined : 1 + first;
  }
  if (type.tag !== 'Product') return PRIMITIVE_BYTES[type.tag];
  let sum = 0;
  for (const element of type.elements) {
    const size = fixedSize(element.type);
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}
