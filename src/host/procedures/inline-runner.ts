import { errors } from '../../module/errors.ts';
import type { HttpClient } from '../../module/http.ts';
import type { ReducerCtx } from '../../module/index.ts';
import { failureOf, failureOfReturn } from '../failure.ts';
import { enterModule, leaveModule } from '../globals.ts';
import { seedOf } from '../random.ts';
import { checkedReturn, type ProcedureResult } from './outcome.ts';
import { ProcedureContext } from './procedure-context.ts';
import type { ProcedureCall, ProcedureDatabase, ProcedureRunner } from './runner.ts';

const NO_HTTP: HttpClient = Object.freeze({
  fetch(): never {
    throw new errors.HttpError(
      'ctx.http.fetch is not available on this host: it runs procedures in the turn of the database, where nothing may ' +
        'wait. Publish the module to a host on Node.',
    );
  },
});

/** Runs procedures in the turn of the database, one after the other: where there are no threads. */
export class InlineRunner implements ProcedureRunner {
  readonly #database: ProcedureDatabase;
  #done: ((result: ProcedureResult) => void) | undefined;

  constructor(database: ProcedureDatabase) {
    this.#database = database;
  }

  run({ procedure, args, caller, at }: ProcedureCall, done: (result: ProcedureResult) => void): void {
    this.#done = done;
    const database = this.#database;
    const transact = <R>(body: (tx: ReducerCtx) => R): R => {
      if (database.isInTransaction) throw nested();
      return database.transact(caller, (tx) => body(tx));
    };
    const ctx = new ProcedureContext(
      { http: NO_HTTP, transact },
      database.identity,
      caller,
      at,
      seedOf(at.microsSinceUnixEpoch),
    );
    let result: ProcedureResult;
    enterModule();
    try {
      const returned = procedure.run(ctx as never, args as never);
      const failure = failureOfReturn(procedure.name, returned);
      result = failure ? { failure } : { returned: checkedReturn(procedure.name, procedure.returnType, returned) };
    } catch (error) {
      result = { failure: failureOf(error) };
    }
    leaveModule();
    database.seal();
    this.#done = undefined;
    done(result);
  }

  stopped(error: Error): void {
    const done = this.#done;
    this.#done = undefined;
    done?.({ failure: failureOf(error) });
  }

  close(): void {
    this.#done = undefined;
  }
}

/** What `withTx` within `withTx` gets. */
export function nested(): Error {
  return new errors.WouldBlockTransaction(
    'withTx was called within withTx. A transaction ends before the next one begins: call one after the other.',
  );
}
