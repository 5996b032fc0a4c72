import { type AlgebraicType, formOf } from './algebraic-type.ts';

export type IndexAlgorithm = 'btree' | 'hash' | 'direct';

/** What a declaration says of a column beside its type. */
export interface ColumnMeta {
  readonly primaryKey?: true;
  readonly unique?: true;
  readonly autoInc?: true;
  readonly index?: IndexAlgorithm;
  /** Value for rows that were there before the column was. */
  readonly default?: unknown;
  /** Name on the wire and in SQL, when it is not derived from the key. */
  readonly name?: string;
}

const KEY_TAGS = new Set([
  'Bool',
  'U8',
  'I8',
  'U16',
  'I16',
  'U32',
  'I32',
  'U64',
  'I64',
  'U128',
  'I128',
  'U256',
  'I256',
  'String',
]);
const INTEGER_TAGS = new Set([...KEY_TAGS].filter((tag) => tag !== 'Bool' && tag !== 'String'));
const KEY_FORMS = new Set(['Identity', 'ConnectionId', 'Timestamp', 'TimeDuration', 'Uuid']);

/** True for types that a primary key, a unique constraint or an index may be on: not floats, arrays, options, objects. */
export function mayBeKey(type: AlgebraicType): boolean {
  const form = formOf(type);
  if (KEY_TAGS.has(type.tag) || KEY_FORMS.has(form)) return true;
  return (
    type.tag === 'Sum' &&
    form === 'Sum' &&
    type.variants.every((variant) => variant.type.tag === 'Product' && variant.type.elements.length === 0)
  );
}

/** True for types that an autoInc column may have. */
export function mayAutoInc(type: AlgebraicType): boolean {
  return INTEGER_TAGS.has(type.tag);
}
