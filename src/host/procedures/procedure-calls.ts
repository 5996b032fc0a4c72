import type { ReducerCtx } from '../../module/index.ts';
import { SpacetickError, TimeDuration } from '../../values/index.ts';
import type { EncodedArgs } from '../../wire/index.ts';
import { decodeArgs } from '../args.ts';
import type { CallLog } from '../call-log.ts';
import { mayCall, whyNotCalled } from '../callable.ts';
import type { DatabaseEnvironment } from '../environment.ts';
import { failureOf, failureOfReturn } from '../failure.ts';
import { enterModule } from '../globals.ts';
import { traceOf } from '../module-trace.ts';
import { sourceOf } from '../program.ts';
import type { Caller } from '../reducer-context.ts';
import type { Transactor } from '../transactor.ts';
import { InlineRunner } from './inline-runner.ts';
import type { ProcedureOutcome } from './outcome.ts';
import type { ProcedureCall, ProcedureDatabase, ProcedureRunner } from './runner.ts';

const NO_TIME = new TimeDuration(0n);

/** What calls of procedures use. */
export interface ProcedureParts {
  readonly environment: DatabaseEnvironment;
  readonly transactor: Transactor;
  readonly log: CallLog;
  /** A job in which a procedure ran was stopped in the middle. */
  stopped(error: SpacetickError): void;
}

/** Calls a module's procedures, wherever they run, and runs their transactions. */
export class ProcedureCalls {
  readonly #environment: DatabaseEnvironment;
  readonly #transactor: Transactor;
  readonly #log: CallLog;
  readonly #stopped: (error: SpacetickError) => void;
  #runner: ProcedureRunner;

  constructor({ environment, transactor, log, stopped }: ProcedureParts) {
    this.#environment = environment;
    this.#transactor = transactor;
    this.#log = log;
    this.#stopped = stopped;
    this.#runner = this.#makeRunner();
  }

  /**
   * A call from outside.
   * @param name on the wire, or in camel case
   * @param isOwner the database's owner also calls what rows schedule
   * @param done told once how it ended, perhaps before this returns
   */
  call(
    name: string,
    args: EncodedArgs,
    caller: Caller,
    isOwner: boolean,
    done: (outcome: ProcedureOutcome) => void,
  ): void {
    const procedure = this.#transactor.running.procedure(name);
    const at = this.#transactor.now();
    const refuse = (error: string) => done({ status: 'InternalError', at, took: NO_TIME, error });
    if (procedure === undefined) refuse(`No such procedure: ${name}`);
    else if (!mayCall(procedure, isOwner)) refuse(whyNotCalled('procedure', procedure));
    else {
      let decoded: unknown;
      try {
        decoded = decodeArgs({ kind: 'procedure', name: procedure.name, params: procedure.params }, args);
      } catch (error) {
        refuse((error as Error).message);
        return;
      }
      this.run({ procedure, args: decoded, caller, at }, done);
    }
  }

  /** @param done told once how it ended, perhaps before this returns; should it throw, it is told that instead */
  run(call: ProcedureCall, done: (outcome: ProcedureOutcome) => void): void {
    const { procedure, at } = call;
    const { clock } = this.#environment;
    const log = this.#log;
    const began = clock.micros();
    this.#transactor.take(at);
    log.running = procedure.name;
    this.#runner.run(call, (result) => {
      const running = log.running;
      const took = new TimeDuration(clock.micros() - began);
      if ('returned' in result) {
        const { returned } = result;
        this.#tell(procedure.name, { status: 'Returned', at, took, returned, returnType: procedure.returnType }, done);
        return;
      }
      log.running = procedure.name;
      const { status, error } = log.failed(result.failure, traceOf(this.#transactor.running.module));
      log.running = running;
      this.#tell(procedure.name, { status, at, took, error }, done);
    });
    log.running = undefined;
  }

  /** Tells how a call ended, from wherever that was heard: what goes wrong there is the host's fault, and ends nothing. */
  #tell(name: string, outcome: ProcedureOutcome, done: (outcome: ProcedureOutcome) => void): void {
    try {
      done(outcome);
    } catch (thrown) {
      const { message, detail } = failureOf(thrown);
      this.#log.writeOf(name, 'error', `The answer of ${name} could not be told, a defect of the host: ${detail}`);
      if (outcome.status !== 'Returned') return;
      const { at, took } = outcome;
      const error = `${name} ran, and the host could not tell what it returned: ${message}`;
      this.#tell(name, { status: 'InternalError', at, took, error }, done);
    }
  }

  /** Another version of the module is in place: what runs of the old one comes to nothing. */
  replaceModule(): void {
    this.#runner.close();
    this.#runner = this.#makeRunner();
  }

  /** Module code was stopped in the middle of a job, perhaps a procedure's. */
  stopped(error: SpacetickError): void {
    this.#runner.stopped(error);
  }

  close(): void {
    this.#runner.close();
  }

  #makeRunner(): ProcedureRunner {
    const environment = this.#environment;
    const transactor = this.#transactor;
    const database: ProcedureDatabase = {
      identity: transactor.identity,
      get isInTransaction() {
        return transactor.isInTransaction;
      },
      transact: (caller, body) => this.#transact(caller, body),
      seal: () => environment.seal(),
      post: (job, stopped) => environment.post(job, stopped),
      stopped: (error) => this.#stopped(error),
      log: (level, message, procedure) => this.#log.writeOf(procedure, level, message),
    };
    const { module } = transactor.running;
    const source = module.procedures.length === 0 ? undefined : sourceOf(module);
    const elsewhere = source === undefined ? undefined : environment.procedures?.(source, database);
    return elsewhere ?? new InlineRunner(database);
  }

  /** A transaction of a procedure, called from module code. @throws what `body` throws */
  #transact<R>(caller: Caller, body: (tx: ReducerCtx) => R): R {
    const transactor = this.#transactor;
    const at = transactor.now();
    const tx = transactor.begin(caller, at);
    let result: R;
    try {
      result = body(tx);
      const failure = failureOfReturn('The function of withTx', result);
      if (failure !== undefined) throw new SpacetickError('E_ASYNC_REDUCER', failure.message);
      transactor.stageViews();
    } catch (error) {
      transactor.rollback();
      throw error;
    }
    transactor.leaveModule();
    transactor.commit(undefined, at);
    this.#environment.resume?.();
    enterModule();
    return result;
  }
}
