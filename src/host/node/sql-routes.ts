import { EMPTY_MODULE, type ModuleDef, Typespace } from '../../schema/index.ts';
import { type AlgebraicType, childrenOf, isRecursive, toUntypedJson } from '../../values/index.ts';
import type { SqlResult } from '../database.ts';
import { SnapshotRoom } from '../snapshot-room.ts';
import { callerOf, databaseOf } from './authenticate.ts';
import { MAX_BODY_BYTES, readText, sendJson, setDuration } from './http.ts';
import { HttpCaller } from './http-caller.ts';
import { flagOf } from './query-parameters.ts';
import type { RequestContext } from './request-context.ts';

const NO_NAMES = new Typespace(EMPTY_MODULE);
const MICROS_PER_MILLI = 1000;

/** Runs the one SQL statement of the body. What was read is kept already: `confirmed` changes nothing. */
export async function sql(context: RequestContext): Promise<void> {
  const { host, request, response, url } = context;
  const who = await callerOf(context);
  const database = databaseOf(context);
  const text = await readText(request, MAX_BODY_BYTES);
  flagOf(url.searchParams, 'confirmed');
  const caller = new HttpCaller(host, database, who);
  await caller.come();
  try {
    const result = await caller.inTurn(() => database.sql(text, who.identity));
    setDuration(response, Number(result.durationMicros) / MICROS_PER_MILLI);
    sendJson(response, 200, `[${resultJson(result, database.module)}]`);
  } finally {
    await caller.leave();
  }
}

/** A statement's result as the real host writes it (`wire.md` 6): rows by position. @throws SpacetickError E_SQL when it is too long */
function resultJson({ schema, rows, stats, durationMicros }: SqlResult, module: ModuleDef): string {
  const elements = schema.map(({ name, type }) => ({
    name: { some: name },
    // A type that contains itself cannot be written out: by number, as the module's schema has it.
    algebraic_type: (hasCircle(type) ? new Typespace(module) : NO_NAMES).use(type),
  }));
  const room = new SnapshotRoom();
  const shown = rows.map((row) => {
    const json = `[${schema.map(({ type }, i) => toUntypedJson(type, row[i])).join(',')}]`;
    room.take(json.length);
    return json;
  });
  const counts = { rows_inserted: stats.inserted, rows_deleted: stats.deleted, rows_updated: stats.updated };
  return (
    `{"schema":${JSON.stringify({ elements })},"rows":[${shown.join(',')}],` +
    `"total_duration_micros":${durationMicros},"stats":${JSON.stringify(counts)}}`
  );
}

/** Whether a type has a type within that contains itself. */
function hasCircle(type: AlgebraicType): boolean {
  return isRecursive(type) || childrenOf(type).some(hasCircle);
}
