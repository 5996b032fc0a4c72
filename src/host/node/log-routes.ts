import type { ServerResponse } from 'node:http';
import type { LogRecord } from '../log.ts';
import { ownDatabase } from './authenticate.ts';
import { CORS, HttpError } from './http.ts';
import { flagOf } from './query-parameters.ts';
import type { RequestContext } from './request-context.ts';

const MAX_UNREAD_BYTES = 1024 * 1024; // of a follower that does not read; then it is cut off

/** The database's log, a JSON object a line: the last lines, with `follow` those to come too. */
export async function logs(context: RequestContext): Promise<void> {
  const { request, response, url } = context;
  const database = await ownDatabase(context);
  const { records } = database.log;
  const count = lineCount(url.searchParams.get('num_lines'), records.length);
  const isFollowed = flagOf(url.searchParams, 'follow');
  response.writeHead(200, { ...CORS, 'content-type': 'application/x-ndjson' });
  const past = records
    .slice(Math.max(0, records.length - count))
    .map(ndjson)
    .join('');
  if (!isFollowed || request.method === 'HEAD') {
    response.end(past);
    return;
  }
  response.flushHeaders(); // whoever follows an empty log knows that it is there
  if (past !== '') response.write(past);
  const stop = database.log.listen(
    (record) => follow(response, record),
    () => response.end(),
  );
  response.once('close', stop);
}

function follow(response: ServerResponse, record: LogRecord): void {
  if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  else response.write(ndjson(record));
}

/** @throws HttpError 400 */
function lineCount(text: string | null, all: number): number {
  if (text === null) return all;
  if (!/^\d{1,9}$/.test(text)) throw new HttpError(400, `num_lines=${text} is no number of lines.`);
  return Number(text);
}

/** A record as the real host writes it (`wire.md` 6). */
function ndjson({ level, micros, reducer, message }: LogRecord): string {
  const record = {
    level: level.charAt(0).toUpperCase() + level.slice(1),
    ts: Number(micros),
    ...(reducer === undefined ? {} : { function: reducer }),
    message,
    ...(level === 'panic' ? { trace: [] } : {}),
  };
  return `${JSON.stringify(record)}\n`;
}
