import { SpacetickError } from '../host/index.ts';
import { TypespaceReader } from '../schema/index.ts';
import { type Json, JsonNumber, parseJson } from '../values/index.ts';
import { cellText } from './cell.ts';
import { textTable } from './text-table.ts';

// Columns come with their types written out; fields without a name are `col_0` (api.md 6.3).
const NO_TYPES = new TypespaceReader([], new Map(), 'col_');

type JsonObject = ReadonlyMap<string, Json>;

/**
 * What a host answered to a query as `sql` shows it (`api.md` 6.3).
 * @param answer JSON (`wire.md` 6)
 * @param withStats ends each result with how many rows there were, and how long it took
 * @throws SpacetickError E_HOST_REFUSED
 */
export function answerLines(answer: string, withStats: boolean): string[] {
  return resultsIn(answer).flatMap((result) => resultLines(result, withStats));
}

/** @throws SpacetickError E_HOST_REFUSED for what is no answer to a query */
function resultsIn(answer: string): JsonObject[] {
  try {
    return parseJson(answer) as unknown as JsonObject[];
  } catch (cause) {
    throw new SpacetickError('E_HOST_REFUSED', 'What the host answered cannot be read.', { cause });
  }
}

function resultLines(result: JsonObject, withStats: boolean): string[] {
  const schema = plain(result.get('schema')!) as { readonly elements: readonly { readonly name: unknown }[] };
  const { elements } = NO_TYPES.product(schema, undefined);
  const rows = result.get('rows') as Json[];
  const isNamed = (i: number): boolean => Object.hasOwn(Object(schema.elements[i]!.name), 'some');
  const head = elements.map(({ name }, i) => (isNamed(i) ? name : `column ${i}`));
  const cells = rows.map((row) => elements.map(({ type }, i) => cellText(type, fieldsOf(row)[i]!)));
  return [
    ...(elements.length > 0 ? textTable(head, cells) : []),
    ...(withStats ? [`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})${statsOf(result)}`] : []),
  ];
}

/** A row comes as an array; by name from those who know the names. */
function fieldsOf(row: Json): Json[] {
  return row instanceof Map ? [...row.values()] : (row as Json[]);
}

/** ` [inserted: 1, deleted: 1, updated: 1, server: 1.00ms]`, without what is zero. */
function statsOf(result: JsonObject): string {
  const stats = (plain(result.get('stats') ?? new Map()) ?? {}) as Record<string, number>;
  const micros = Number(plain(result.get('total_duration_micros') ?? null) ?? 0);
  const parts = (['inserted', 'deleted', 'updated'] as const)
    .filter((what) => (stats[`rows_${what}`] ?? 0) > 0)
    .map((what) => `${what}: ${stats[`rows_${what}`]}`);
  return ` [${[...parts, `server: ${(micros / 1000).toFixed(2)}ms`].join(', ')}]`;
}

/** JSON as objects and numbers, for what has no large ones. */
function plain(json: Json): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
}
