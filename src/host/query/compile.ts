import { columnsTest, columnTest, compares, MIRRORED, orderOfKey, type Predicate } from '../../schema/comparison.ts';
import {
  type ColumnRef,
  type ComparisonOperator,
  type Condition,
  type Operand,
  parseQuery,
  sqlError,
  type TableDef,
} from '../../schema/index.ts';
import { type AlgebraicType, formOf, IDENTITY, type Identity, type Key, keyOf, typeName } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import { isComparable, literalKey } from './literal.ts';
import { ANY_ROW, both, either, NO_ROW, type Route, type Routes } from './route.ts';

/** A subscription query, ready to be evaluated. */
export interface CompiledQuery {
  readonly store: TableStore;
  /** The same for queries that mean the same: each distinct query is evaluated once for all its subscribers. */
  readonly identity: string;
  /** Where matching rows are found, and how changed ones find the query. */
  readonly routes: Routes;
  /** Whether a row matches; undefined when all do. */
  readonly test: Predicate | undefined;
}

/** Finds a table that the subscriber may read. */
export type StoreLookup = (name: string) => TableStore | undefined;

/**
 * Compiles a query for one subscriber.
 * @throws SpacetickError E_SQL; a private table is told apart from a missing one by nobody
 */
export function compileQuery(sql: string, find: StoreLookup, sender: Identity): CompiledQuery {
  const query = parseQuery(sql);
  const store = find(query.table);
  if (store === undefined)
    throw sqlError(`no such table: \`${query.table}\`. If the table exists, it may be marked private.`);
  const { def } = store;
  const scope: Scope = { def, name: query.alias ?? query.table, sender };
  const resolved = query.where && resolve(query.where, scope);
  return {
    store,
    identity: `${def.name} ${resolved?.text ?? ''}`,
    routes: resolved?.routes ?? ANY_ROW,
    test: resolved?.test,
  };
}

interface Scope {
  readonly def: TableDef;
  /** What columns are qualified with. */
  readonly name: string;
  readonly sender: Identity;
}

interface Resolved {
  readonly test: Predicate;
  /** Canonical text, to tell queries apart. */
  readonly text: string;
  readonly routes: Routes;
}

function resolve(condition: Condition, scope: Scope): Resolved {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [resolve(condition.left, scope), resolve(condition.right, scope)];
      if (condition.kind === 'and') {
        const text = `${left.text} AND ${right.text}`; // however it was put in parentheses
        return { test: (row) => left.test(row) && right.test(row), text, routes: both(left.routes, right.routes) };
      }
      const text = `(${left.text} OR ${right.text})`;
      return { test: (row) => left.test(row) || right.test(row), text, routes: either(left.routes, right.routes) };
    }
    case 'truth': {
      if (condition.operand.kind === 'literal') {
        return constant(condition.operand.text === 'TRUE');
      }
      return compareColumn(condition.operand, '=', { kind: 'literal', form: 'bool', text: 'TRUE' }, scope);
    }
    case 'compare': {
      const { left, operator, right } = condition;
      if (left.kind === 'column') return compareColumn(left, operator, right, scope);
      if (right.kind === 'column') return compareColumn(right, MIRRORED[operator], left, scope);
      return compareConstants(left, operator, right);
    }
  }
}

function columnAt(ref: ColumnRef, { def, name }: Scope): number {
  if (ref.table !== undefined && ref.table !== name) throw sqlError(`\`${ref.table}\` is not in scope`);
  const at = def.columns.findIndex((column) => column.name === ref.column || column.key === ref.column);
  if (at >= 0) return at;
  throw sqlError(
    ref.table === undefined
      ? `\`${ref.column}\` is not in scope`
      : `\`${name}\` does not have a field \`${ref.column}\``,
  );
}

function compareColumn(ref: ColumnRef, operator: ComparisonOperator, other: Operand, scope: Scope): Resolved {
  const at = columnAt(ref, scope);
  const column = scope.def.columns[at]!;
  const { type, name } = column;
  if (!isComparable(type)) {
    if (other.kind === 'literal') throw sqlError(`Literal values for type ${typeName(type)} are not supported`);
    throw sqlError(`Invalid binary operator \`${operator}\` for type \`${typeName(type)}\``);
  }
  if (other.kind === 'column') {
    const otherColumn = scope.def.columns[columnAt(other, scope)]!;
    if (typeName(otherColumn.type) !== typeName(type)) {
      throw sqlError(`Unexpected type: (expected) ${typeName(type)} != ${typeName(otherColumn.type)} (inferred)`);
    }
    return {
      test: columnsTest(column, operator, otherColumn),
      text: `${name} ${operator} ${otherColumn.name}`,
      routes: ANY_ROW,
    };
  }
  const key = other.kind === 'literal' ? literalKey(other, type) : senderKey(type, scope.sender);
  return {
    test: columnTest(column, operator, key),
    text: `${name} ${operator} ${typeof key} ${JSON.stringify(String(key))}`,
    routes: routesOf(at, type, operator, key),
  };
}

/** Bounds count as part of the interval, the test leaves them out. */
function routesOf(column: number, type: AlgebraicType, operator: ComparisonOperator, key: Key): Routes {
  if (operator === '=') return [[{ kind: 'equal', column, key }]];
  if (operator === '<>') return ANY_ROW;
  const end = orderOfKey(type, key);
  const isBelow = operator === '<' || operator === '<=';
  return [[{ kind: 'between', column, low: isBelow ? undefined : end, high: isBelow ? end : undefined }]];
}

function senderKey(type: AlgebraicType, sender: Identity): Key {
  if (formOf(type) === 'Identity') return keyOf(IDENTITY)(sender);
  throw sqlError(`Unexpected type: (expected) ${typeName(type)} != identity (inferred)`);
}

function compareConstants(left: Operand, operator: ComparisonOperator, right: Operand): Resolved {
  if (left.kind !== 'literal' || right.kind !== 'literal' || left.form !== right.form) {
    throw sqlError('Unsupported expression: a comparison without a column');
  }
  const holds =
    left.form === 'number'
      ? compares(Number(left.text), operator, Number(right.text))
      : compares(left.text, operator, right.text);
  return constant(holds);
}

function constant(holds: boolean): Resolved {
  return { test: () => holds, text: String(holds), routes: holds ? ANY_ROW : NO_ROW };
}

/** Rows that match now. */
export function evaluate(query: CompiledQuery): Row[] {
  const { store, test } = query;
  const rows: Row[] = [];
  for (const row of indexedRows(query) ?? store.rows.values()) if (test === undefined || test(row)) rows.push(row);
  return rows;
}

/** Rows that may match, each once, when there is an index for every route. */
function indexedRows({ store, routes }: CompiledQuery): Iterable<Row> | undefined {
  const rows = new Set<Row>();
  for (const route of routes) {
    const found = rowsOn(route, store);
    if (found === undefined) return undefined;
    if (routes.length === 1) return found;
    for (const row of found) rows.add(row);
  }
  return rows;
}

function rowsOn(route: Route, store: TableStore): readonly Row[] | undefined {
  for (const step of route) {
    const rows = step.kind === 'equal' ? store.rowsWith(step.column, step.key) : undefined;
    if (rows !== undefined) return rows;
  }
  return undefined;
}
