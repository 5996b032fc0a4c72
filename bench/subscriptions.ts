import { encode } from '@msgpack/msgpack';
import { Connection, type Database } from '../src/host/index.ts';
import { ConnectionId, Identity } from '../src/values/index.ts';
import { lots, shipsOf } from './arena.ts';
import { arenaDatabase, mustCall } from './host.ts';
import type { Line } from './line.ts';
import { type Effort, race } from './race.ts';

const TABLE_ROWS = 10_000;
const CLIENTS = 10;
const MANY = 10_000;
const FEW = 10;
const SET_QUERIES = 1000; // below what a query set may hold

/**
 * Commits that change one row, in two databases of the same 10,000 rows: clients hold 10,000 queries of a chunk of one
 * row, or 10 queries of a chunk of 1000 rows. Each commit touches one query and tells one client.
 */
export async function measure(effort: Effort): Promise<Line[]> {
  const many = watchedDatabase(MANY);
  const few = watchedDatabase(FEW);
  const random = lots(5);
  const ids = Uint32Array.from({ length: TABLE_ROWS }, () => Math.floor(random() * TABLE_ROWS));
  let step = 0;
  const committing = (database: Database) => (times: number) => {
    for (let n = 0; n < times; n++) {
      mustCall(database, 'move_chunked', { id: ids[step % TABLE_ROWS]!, x: step & 4095, y: n & 4095 });
      step++;
    }
  };
  const before = told;
  const outcome = race(effort, committing(many), committing(few));
  if (told - before !== step) throw new Error(`${step} commits told ${told - before} clients.`);
  return [
    {
      work: 'commit with 10,000 WHERE chunk = n queries',
      against: 'with 10 queries',
      ...outcome,
      unit: 'x',
      reach: 2,
      reason: 'more queries than the caches of the processor hold',
    },
  ];
}

let told = 0;

function watchedDatabase(chunks: number): Database {
  const database = arenaDatabase();
  mustCall(database, 'spawn_chunked', { ships: shipsOf(TABLE_ROWS), chunks });
  const each = chunks / CLIENTS;
  for (let client = 0; client < CLIENTS; client++) {
    subscribe(
      database,
      client,
      Array.from({ length: each }, (_, n) => client * each + n),
    );
  }
  return database;
}

function subscribe(database: Database, client: number, chunks: readonly number[]): void {
  const caller = {
    identity: new Identity(hex(client, 64)),
    connectionId: new ConnectionId(hex(client, 32)),
    auth: { isInternal: false, hasJWT: false, jwt: null },
  };
  const sink = { send: () => void told++, close: () => undefined };
  const connection = Connection.open(database, caller, 'token', sink)!;
  for (let at = 0; at < chunks.length; at += SET_QUERIES) {
    const queries = chunks
      .slice(at, at + SET_QUERIES)
      .map((chunk) => `SELECT * FROM chunked_ship WHERE chunk = ${chunk}`);
    connection.receive(encode({ type: 'Subscribe', requestId: at, querySetId: at + 1, queries }));
  }
}

function hex(number: number, digits: number): string {
  return (number + 1).toString(16).padStart(digits, '0');
}
