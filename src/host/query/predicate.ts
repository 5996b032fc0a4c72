import {
  columnsTest,
  columnTest,
  compares,
  MIRRORED,
  orderOf,
  orderOfKey,
  type Predicate,
} from '../../schema/comparison.ts';
import type { TableDef } from '../../schema/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import { type BoundColumn, type BoundCondition, type ColumnsCondition, sourcesOf } from './bound.ts';
import { ANY_ROW, both, either, NO_ROW, type Routes } from './route.ts';

/** A test of rows of several tables, one of each. */
export type TupleTest = (rows: readonly Row[]) => boolean;

/** The test of conditions on one table; undefined when any row passes. */
export function rowTest(conditions: readonly BoundCondition[], def: TableDef): Predicate | undefined {
  let test: Predicate | undefined;
  for (const condition of conditions) {
    const [earlier, next] = [test, testOf(condition, def)];
    test = earlier === undefined ? next : (row) => earlier(row) && next(row);
  }
  return test;
}

function testOf(condition: BoundCondition, def: TableDef): Predicate {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [testOf(condition.left, def), testOf(condition.right, def)];
      return condition.kind === 'and' ? (row) => left(row) && right(row) : (row) => left(row) || right(row);
    }
    case 'constant':
      return () => condition.holds;
    case 'value':
      return columnTest(def.columns[condition.column]!, condition.operator, condition.key);
    case 'columns': {
      const { left, operator, right } = condition;
      return columnsTest(def.columns[left.column]!, operator, def.columns[right.column]!);
    }
  }
}

/** The test of a condition on several tables. */
export function tupleTest(condition: BoundCondition, sources: readonly TableStore[]): TupleTest {
  const [only, another] = sourcesOf(condition);
  if (another === undefined && only !== undefined) {
    const test = testOf(condition, sources[only]!.def);
    return (rows) => test(rows[only]!);
  }
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [tupleTest(condition.left, sources), tupleTest(condition.right, sources)];
      return condition.kind === 'and' ? (rows) => left(rows) && right(rows) : (rows) => left(rows) || right(rows);
    }
    case 'columns':
      return acrossTest(condition, sources);
    default:
      return () => condition.kind === 'constant' && condition.holds;
  }
}

function acrossTest({ left, operator, right }: ColumnsCondition, sources: readonly TableStore[]): TupleTest {
  const [one, other] = [left, right].map(({ source, column }) => sources[source]!.def.columns[column]!);
  const order = orderOf(one!.type);
  return (rows) => compares(order(rows[left.source]![one!.key]), operator, order(rows[right.source]![other!.key]));
}

/** Where rows that fulfil conditions on one table are found. */
export function routesOf(conditions: readonly BoundCondition[], def: TableDef): Routes {
  let routes = ANY_ROW;
  for (const condition of conditions) routes = both(routes, routesOfOne(condition, def));
  return routes;
}

/** Bounds count as part of the interval, the test leaves them out. */
function routesOfOne(condition: BoundCondition, def: TableDef): Routes {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [routesOfOne(condition.left, def), routesOfOne(condition.right, def)];
      return condition.kind === 'and' ? both(left, right) : either(left, right);
    }
    case 'constant':
      return condition.holds ? ANY_ROW : NO_ROW;
    case 'columns':
      return ANY_ROW;
    case 'value': {
      const { column, operator, key } = condition;
      if (operator === '=') return [[{ kind: 'equal', column, key }]];
      if (operator === '<>') return ANY_ROW;
      const end = orderOfKey(def.columns[column]!.type, key);
      const isBelow = operator === '<' || operator === '<=';
      return [[{ kind: 'between', column, low: isBelow ? undefined : end, high: isBelow ? end : undefined }]];
    }
  }
}

/** Canonical text: the same for conditions that mean the same, however they were put in parentheses. */
export function textOf(condition: BoundCondition, sources: readonly TableStore[]): string {
  const nameOf = ({ source, column }: BoundColumn) => `${source}.${sources[source]!.def.columns[column]!.name}`;
  switch (condition.kind) {
    case 'and':
      return `${textOf(condition.left, sources)} AND ${textOf(condition.right, sources)}`;
    case 'or':
      return `(${textOf(condition.left, sources)} OR ${textOf(condition.right, sources)})`;
    case 'constant':
      return String(condition.holds);
    case 'value':
      return `${nameOf(condition)} ${condition.operator} ${typeof condition.key} ${JSON.stringify(String(condition.key))}`;
    case 'columns': {
      const { left, operator, right } = condition;
      const isTurned = right.source < left.source || (right.source === left.source && right.column < left.column);
      if (isTurned) return `${nameOf(right)} ${MIRRORED[operator]} ${nameOf(left)}`;
      return `${nameOf(left)} ${operator} ${nameOf(right)}`;
    }
  }
}
