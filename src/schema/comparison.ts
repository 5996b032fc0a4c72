import { type AlgebraicType, compareKeys, formOf, type Key, type KeyOf, keyOf } from '../values/index.ts';
import type { ComparisonOperator } from './sql/ast.ts';
import type { ColumnDef } from './table-def.ts';

/** Whether a row holds. */
export type Predicate = (row: Readonly<Record<string, unknown>>) => boolean;

const BYTES_LENGTH_CHARS = 4; // keys of bytes begin with their length, which is no part of their order

const HOLDS: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** `5 < a` as `a > 5`. */
export const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Whether two keys of one type compare so. NaN is equal to nothing, and neither below nor above anything. */
export function compares(left: Key, operator: ComparisonOperator, right: Key): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) return operator === '<>';
  return HOLDS[operator](compareKeys(left, right));
}

/** A column compared with a key of its type. */
export function columnTest({ key: property, type }: ColumnDef, operator: ComparisonOperator, key: Key): Predicate {
  const of = keyOf(type);
  if (operator === '=') return (row) => of(row[property]) === key;
  if (operator === '<>') return (row) => of(row[property]) !== key;
  const order = orderOf(type);
  const right = orderOfKey(type, key);
  return (row) => compares(order(row[property]), operator, right);
}

/** A column compared with another one of its type. */
export function columnsTest(left: ColumnDef, operator: ComparisonOperator, right: ColumnDef): Predicate {
  const order = orderOf(left.type);
  return (row) => compares(order(row[left.key]), operator, order(row[right.key]));
}

/** Keys in the order of their values. */
export function orderOf(type: AlgebraicType): KeyOf {
  const of = keyOf(type);
  return formOf(type) === 'Bytes' ? (value) => orderOfKey(type, of(value)) : of;
}

/** The same for a value whose key is known. */
export function orderOfKey(type: AlgebraicType, key: Key): Key {
  return formOf(type) === 'Bytes' ? (key as string).slice(BYTES_LENGTH_CHARS) : key;
}
