import { type Database, Host, systemClock } from '../src/host/index.ts';
import { Identity } from '../src/values/index.ts';
import { arenaModule } from './arena.ts';

export const OWNER = new Identity('c2'.repeat(32));

/** A caller in this process, without a connection. */
export const CALLER = {
  identity: OWNER,
  connectionId: null,
  auth: { isInternal: false, hasJWT: false, jwt: null },
} as const;

/** A database of the arena, without a platform around it. */
export function arenaDatabase(): Database {
  const host = new Host({
    clock: systemClock,
    seal: () => undefined,
    post: (job) => void setImmediate(job),
  });
  return host.publish({ name: 'arena', identity: OWNER, owner: OWNER, program: { module: arenaModule() } }).database;
}

/** Calls a reducer; a failure is an error of the benchmark. */
export function mustCall(database: Database, reducer: string, value: unknown): void {
  const outcome = database.call(reducer, { encoding: 'value', value }, CALLER);
  if (outcome.status !== 'Committed') throw new Error(`${reducer}: ${outcome.error}`);
}
