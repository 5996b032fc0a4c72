import {
  type ColumnRef,
  type ComparisonOperator,
  type Condition,
  type Operand,
  parseQuery,
  sqlError,
  type TableDef,
} from '../../schema/index.ts';
import { formOf, IDENTITY, type Identity, type Key, keyOf, typeName } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import { columnsTest, columnTest, compares, MIRRORED, type Predicate } from './comparison.ts';
import { isComparable, literalKey } from './literal.ts';

/** A subscription query, ready to be evaluated. */
export interface CompiledQuery {
  readonly store: TableStore;
  /** The same for queries that mean the same: each distinct query is evaluated once for all its subscribers. */
  readonly identity: string;
  /** `column = key` that every matching row fulfils, if the condition says so: leads straight to the query. */
  readonly route: { readonly column: number; readonly key: Key } | undefined;
  /** What remains to be checked beside the route; undefined when nothing does. */
  readonly rest: Predicate | undefined;
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
  const conjuncts = query.where === undefined ? [] : conjunctsOf(query.where);
  const scope: Scope = { def, name: query.alias ?? query.table, sender };
  const resolved = conjuncts.map((condition) => resolve(condition, scope));
  const at = resolved.findIndex((part) => part.route !== undefined);
  const rest = resolved.filter((_, i) => i !== at);
  return {
    store,
    identity: `${def.name} ${resolved.map((part) => part.text).join(' AND ')}`,
    route: at < 0 ? undefined : resolved[at]!.route,
    rest: rest.length === 0 ? undefined : allOf(rest.map((part) => part.test)),
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
  readonly route: { readonly column: number; readonly key: Key } | undefined;
}

function conjunctsOf(condition: Condition): Condition[] {
  return condition.kind === 'and' ? [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)] : [condition];
}

function allOf(tests: readonly Predicate[]): Predicate {
  const [first] = tests;
  return tests.length === 1 ? first! : (row) => tests.every((test) => test(row));
}

function resolve(condition: Condition, scope: Scope): Resolved {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [resolve(condition.left, scope), resolve(condition.right, scope)];
      const test: Predicate =
        condition.kind === 'and'
          ? (row) => left.test(row) && right.test(row)
          : (row) => left.test(row) || right.test(row);
      return { test, text: `(${left.text} ${condition.kind} ${right.text})`, route: undefined };
    }
    case 'truth': {
      if (condition.operand.kind === 'literal') {
        const holds = condition.operand.text === 'TRUE';
        return { test: () => holds, text: String(holds), route: undefined };
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
      route: undefined,
    };
  }
  const key = other.kind === 'literal' ? literalKey(other, type) : senderKey(type, scope.sender);
  return {
    test: columnTest(column, operator, key),
    text: `${name} ${operator} ${typeof key} ${JSON.stringify(String(key))}`,
    route: operator === '=' ? { column: at, key } : undefined,
  };
}

function senderKey(type: CompiledQuery['store']['def']['rowType']['elements'][number]['type'], sender: Identity): Key {
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
  return { test: () => holds, text: String(holds), route: undefined };
}

/** Rows that match now. */
export function evaluate({ store, route, rest }: CompiledQuery): Row[] {
  const found = route && store.rowsWith(route.column, route.key);
  if (found !== undefined) return rest === undefined ? [...found] : found.filter(rest);
  const test = predicateOf({ store, route, rest });
  const rows: Row[] = [];
  for (const row of store.rows.values()) if (test === undefined || test(row)) rows.push(row);
  return rows;
}

function predicateOf({ store, route, rest }: Pick<CompiledQuery, 'store' | 'route' | 'rest'>): Predicate | undefined {
  if (route === undefined) return rest;
  const equal = columnTest(store.def.columns[route.column]!, '=', route.key);
  return rest === undefined ? equal : (row) => equal(row) && rest(row);
}
