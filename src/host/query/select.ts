import { type Projection, parseStatement, type SelectQuery, sqlError } from '../../schema/index.ts';
import { type AlgebraicType, Primitive } from '../../values/index.ts';
import type { Row, TableStore } from '../store/table-store.ts';
import { type Access, checkRowLimit } from './access.ts';
import { type Bound, bindSelect } from './bind.ts';
import { type Tuple, tuplesOf } from './tuples.ts';

/** A column of a result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: AlgebraicType;
}

/** Rows of a query as lists of values, one for each column. The values are the stored ones: not to be changed. */
export interface ResultRows {
  readonly schema: readonly ResultColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Runs a query once. @throws SpacetickError E_SQL */
export function runSelect(select: SelectQuery, access: Access): ResultRows {
  const bound = bindSelect(select, access.find, access.caller);
  const { projection } = select;
  if (projection.kind === 'count') {
    let count = 0n;
    for (const _ of visible(bound, access)) count++;
    const rows = select.limit === 0 ? [] : [[count]];
    return { schema: [{ name: projection.alias, type: Primitive.U64 }], rows };
  }
  const columns = columnsOf(projection, bound);
  return {
    schema: columns.map(({ name, type }) => ({ name, type })),
    rows: limited(bound, select, access).map((tuple) => columns.map(({ source, key }) => tuple[source]![key])),
  };
}

/**
 * Runs a query whose result is rows of one table (`wire.md` 4.3).
 * @throws SpacetickError E_SQL
 */
export function selectRows(sql: string, access: Access): { readonly store: TableStore; readonly rows: readonly Row[] } {
  const select = parseStatement(sql);
  if (select.kind !== 'select') throw sqlError('Unsupported: Non-SELECT queries');
  if (select.projection.kind !== 'rows') {
    throw sqlError('Column projections are not supported in subscriptions; Subscriptions must return a table type');
  }
  const bound = bindSelect(select, access.find, access.caller);
  const source = bound.scope.source(select.projection.table);
  return { store: bound.query.sources[source]!, rows: limited(bound, select, access).map((tuple) => tuple[source]!) };
}

function limited(bound: Bound, { limit }: SelectQuery, access: Access): Tuple[] {
  const tuples: Tuple[] = [];
  if (limit === 0) return tuples;
  for (const tuple of visible(bound, access)) {
    tuples.push(tuple);
    if (tuples.length === limit) break;
  }
  checkRowLimit(tuples.length, access);
  return tuples;
}

/** What the caller may see of a query: a combination of rows once, however many rules allow it. */
function* visible({ query }: Bound, { filters, caller }: Access): Iterable<Tuple> {
  const allowed = filters?.applied(query, caller) ?? [query];
  const { length } = query.sources;
  if (allowed.length === 1 && allowed[0]!.sources.length === length) {
    yield* tuplesOf(allowed[0]!);
    return;
  }
  const seen = new Set<string>();
  const numbers = new Map<Row, number>();
  const numberOf = (row: Row) => {
    const number = numbers.get(row) ?? numbers.size;
    numbers.set(row, number);
    return number;
  };
  for (const each of allowed) {
    for (const tuple of tuplesOf(each)) {
      const rows = tuple.slice(0, length);
      const name = rows.map(numberOf).join();
      if (seen.has(name)) continue;
      seen.add(name);
      yield rows;
    }
  }
}

interface OutputColumn extends ResultColumn {
  readonly source: number;
  /** Property of the row. */
  readonly key: string;
}

function columnsOf(projection: Exclude<Projection, { kind: 'count' }>, { scope }: Bound): OutputColumn[] {
  if (projection.kind === 'rows') {
    const source = scope.source(projection.table);
    return scope.sources[source]!.def.columns.map(({ name, key, type }) => ({ source, name, key, type }));
  }
  const columns = projection.columns.map(({ column, alias }) => {
    const at = scope.column(column);
    const { key, type } = scope.def(at);
    return { source: at.source, name: alias ?? column.column, key, type };
  });
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name)) throw sqlError(`Duplicate name \`${name}\``);
    names.add(name);
  }
  return columns;
}
