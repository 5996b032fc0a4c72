import { type CallOutcome, type Database, Host, type ProcedureOutcome, type Program } from '../../../src/host/index.ts';
import { describeModule, type LoadedModule, type Schema, SpacetickError } from '../../../src/module/index.ts';
import type { Tables } from '../../../src/schema/index.ts';
import { Identity } from '../../../src/values/index.ts';
import type { ClientProtocol } from '../../../src/wire/index.ts';
import { PLAYER_AUTH, TestClient } from './client.ts';
import { HandClock } from './hand-clock.ts';

/** A player's identity, by number. */
export function player(number: number): Identity {
  return new Identity(number.toString(16).padStart(64, '0'));
}

export const DATABASE = new Identity('da7aba5e'.padEnd(64, '0'));
export const OWNER_NUMBER = 0xacce55;
export const OWNER = player(OWNER_NUMBER);

type Exports = Readonly<Record<string, unknown>>;

/** A module of one schema, from what it exports. */
export function moduleOf<S extends Tables>(schema: Schema<S>, exports: Exports = {}): LoadedModule {
  return describeModule({ default: schema, ...exports });
}

/** One database on a clock turned by hand. */
export class World {
  readonly clock: HandClock;
  readonly host: Host;
  /** Called whenever the database seals, to stop a reducer there as a watchdog would. */
  onSeal: (() => void) | undefined;

  constructor(program: Program | LoadedModule, clock = new HandClock()) {
    this.clock = clock;
    this.host = new Host({
      clock,
      seal: () => this.onSeal?.(),
      post: (job, stopped) =>
        clock.post(() => {
          try {
            job();
          } catch (error) {
            if (!(error instanceof SpacetickError)) throw error;
            stopped(error);
          }
        }),
    });
    this.publish(program);
  }

  get database(): Database {
    return this.host.find('comet-run')!;
  }

  publish(program: Program | LoadedModule, options: { deleteData?: boolean; breakClients?: boolean } = {}) {
    return this.host.publish({
      name: 'comet-run',
      identity: DATABASE,
      owner: OWNER,
      program: 'tables' in program ? { module: program } : program,
      ...options,
    });
  }

  join(number = 1, protocol?: ClientProtocol, isLight = false): TestClient {
    return new TestClient(this.database, player(number), PLAYER_AUTH, protocol, isLight);
  }

  /** Calls in process, without a connection. */
  call(reducer: string, args: unknown = {}, number = 1): CallOutcome {
    const caller = { identity: player(number), connectionId: null, auth: PLAYER_AUTH };
    return this.database.call(reducer, { encoding: 'value', value: args }, caller);
  }

  /** Calls a procedure in process; it answers before this returns. */
  procedure(name: string, args: unknown = {}, number = 1): ProcedureOutcome {
    const caller = { identity: player(number), connectionId: null, auth: PLAYER_AUTH };
    let outcome: ProcedureOutcome | undefined;
    this.database.callProcedure(name, { encoding: 'value', value: args }, caller, (ended) => {
      outcome = ended;
    });
    return outcome!;
  }

  /** Calls a reducer that must commit. */
  run(reducer: string, args: unknown = {}, number = 1): void {
    const outcome = this.call(reducer, args, number);
    if (outcome.status !== 'Committed') throw new Error(`${reducer}: ${outcome.error}`);
  }

  /** Calls a reducer that must fail. @returns the text */
  fail(reducer: string, args: unknown = {}, number = 1): string {
    const outcome = this.call(reducer, args, number);
    if (outcome.status === 'Committed') throw new Error(`${reducer} committed`);
    return outcome.error;
  }

  /** Rows of a table, as stored. */
  rows(table: string): Record<string, unknown>[] {
    return [...this.database.store(table)!.rows.values()] as Record<string, unknown>[];
  }
}
