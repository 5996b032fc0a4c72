import type { ComparisonOperator } from '../../schema/index.ts';
import type { Key } from '../../values/index.ts';
import type { TableStore } from '../store/table-store.ts';

// A query whose names have been looked up: tables and columns by position, values as keys of their column's type.

/** A column of one of the tables of a query. */
export interface BoundColumn {
  readonly source: number;
  readonly column: number;
}

/** A column compared with a value. */
export interface ValueCondition extends BoundColumn {
  readonly kind: 'value';
  readonly operator: ComparisonOperator;
  readonly key: Key;
}

/** A column compared with another of its type. */
export interface ColumnsCondition {
  readonly kind: 'columns';
  readonly operator: ComparisonOperator;
  readonly left: BoundColumn;
  readonly right: BoundColumn;
}

export type BoundCondition =
  | ValueCondition
  | ColumnsCondition
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: BoundCondition; readonly right: BoundCondition };

export interface BoundQuery {
  /** Its tables; the same one may be there several times. */
  readonly sources: readonly TableStore[];
  /** All of them hold for a row of the result. */
  readonly conditions: readonly BoundCondition[];
}

/** A condition as parts that must all hold. */
export function conjuncts(condition: BoundCondition): BoundCondition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

/** The tables a condition looks at. */
export function sourcesOf(condition: BoundCondition): Set<number> {
  switch (condition.kind) {
    case 'value':
      return new Set([condition.source]);
    case 'columns':
      return new Set([condition.left.source, condition.right.source]);
    case 'constant':
      return new Set();
    default:
      return new Set([...sourcesOf(condition.left), ...sourcesOf(condition.right)]);
  }
}

/** Whether a condition looks at this table and no other. */
export function isAbout(condition: BoundCondition, source: number): boolean {
  const about = sourcesOf(condition);
  return about.size === 1 && about.has(source);
}

/** The same condition on tables at other positions. */
export function moved(condition: BoundCondition, to: (source: number) => number): BoundCondition {
  switch (condition.kind) {
    case 'value':
      return { ...condition, source: to(condition.source) };
    case 'columns': {
      const { left, right } = condition;
      return {
        ...condition,
        left: { ...left, source: to(left.source) },
        right: { ...right, source: to(right.source) },
      };
    }
    case 'constant':
      return condition;
    default:
      return { ...condition, left: moved(condition.left, to), right: moved(condition.right, to) };
  }
}
