import { type Projection, parseStatement, type SelectQuery, sqlError } from '../../schema/index.ts';
import { type AlgebraicType, codecOf, Primitive, type WireCodec } from '../../values/index.ts';
import type { Row } from '../store/table-store.ts';
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

/** Rows of a query with what writes each of them: whole rows of a table, or lists of values. */
export interface Selection {
  /** The table whose rows they are; of columns and counts, the first that the query names. */
  readonly table: string;
  readonly codec: Pick<WireCodec<unknown>, 'write'>;
  readonly rows: readonly unknown[];
}

/** Runs a query once. @throws SpacetickError E_SQL */
export function runSelect(select: SelectQuery, access: Access): ResultRows {
  return resultOf(select, bindSelect(select, access.find, access.caller), access);
}

function resultOf(select: SelectQuery, bound: Bound, access: Access): ResultRows {
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
 * Runs a query asked over a connection, whose answer names a table and holds rows (`wire.md` 4.3).
 * @throws SpacetickError E_SQL
 */
export function runQuery(sql: string, access: Access): Selection {
  const select = parseStatement(sql);
  if (select.kind !== 'select') {
    throw sqlError('A query over a connection reads rows: SELECT. Changes and settings go over HTTP (`spacetick sql`)');
  }
  const bound = bindSelect(select, access.find, access.caller);
  const { sources } = bound.query;
  const { projection } = select;
  if (projection.kind === 'rows') {
    const source = bound.scope.source(projection.table);
    const { def, codec } = sources[source]!;
    return { table: def.name, codec, rows: limited(bound, select, access).map((tuple) => tuple[source]!) };
  }
  const { schema, rows } = resultOf(select, bound, access);
  return { table: sources[0]!.def.name, codec: listCodec(schema.map(({ type }) => type)), rows };
}

/** Writes lists of values as a row of these columns. */
function listCodec(types: readonly AlgebraicType[]): Selection['codec'] {
  const codecs: readonly WireCodec<unknown>[] = types.map((type) => codecOf(type));
  return {
    write(writer, row) {
      writer.product(codecs.length);
      for (const [i, value] of (row as readonly unknown[]).entries()) codecs[i]!.write(writer, value);
    },
  };
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
