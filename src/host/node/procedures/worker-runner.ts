import { SpacetickError } from '../../../values/index.ts';
import { failureOf } from '../../failure.ts';
import type { ProcedureResult } from '../../procedures/outcome.ts';
import type { ProcedureCall, ProcedureDatabase, ProcedureRunner } from '../../procedures/runner.ts';
import { ProcedureWorker, SILENT_MS } from './procedure-worker.ts';

export const MAX_WORKERS = 4; // threads of a database: procedures wait for answers, they do not compute
export const MAX_WAITING = 256; // calls that wait for a thread: more would wait for longer than anybody does
const IDLE_MS = 30_000; // a thread nobody needs is given back

interface Waiting {
  readonly call: ProcedureCall;
  readonly done: (result: ProcedureResult) => void;
}

/** Runs procedures in threads of their own: one that waits or computes keeps nobody else waiting. */
export class WorkerRunner implements ProcedureRunner {
  readonly #source: string;
  readonly #database: ProcedureDatabase;
  readonly #workers = new Set<ProcedureWorker>();
  readonly #idle: ProcedureWorker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #silentMs: number;
  #starting = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param source of the program, which each thread loads for itself
   * @param silentMs how long a procedure may compute in one piece
   */
  constructor(source: string, database: ProcedureDatabase, silentMs = SILENT_MS) {
    this.#silentMs = silentMs;
    this.#source = source;
    this.#database = database;
  }

  run(call: ProcedureCall, done: (result: ProcedureResult) => void): void {
    if (this.#waiting.length >= MAX_WAITING) {
      const text = `${MAX_WAITING} calls of procedures are waiting already. Try again later.`;
      done({ failure: failureOf(new SpacetickError('E_PROCEDURE_BUSY', text)) });
      return;
    }
    this.#waiting.push({ call, done });
    this.#next();
  }

  /** A stopped transaction is told to its procedure by whoever posted it. */
  stopped(): void {}

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    const error = new SpacetickError('E_PROCEDURE_LOST', 'The module was replaced, or the database ended.');
    for (const { done } of this.#waiting.splice(0)) done({ failure: failureOf(error) });
    for (const worker of [...this.#workers]) worker.end(error);
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const worker = this.#idle.pop()!;
      const { call, done } = this.#waiting.shift()!;
      worker.run(call, (result) => {
        if (!worker.isEnded) this.#idle.push(worker);
        done(result);
        this.#next();
      });
    }
    const wanted = Math.min(this.#waiting.length - this.#starting, MAX_WORKERS - this.#workers.size - this.#starting);
    for (let i = 0; i < wanted; i++) void this.#start();
    this.#rest();
  }

  async #start(): Promise<void> {
    this.#starting++;
    try {
      const worker: ProcedureWorker = await ProcedureWorker.start(this.#source, this.#database, this.#silentMs, () =>
        this.#ended(worker),
      );
      if (this.#isClosed) worker.end(new Error());
      else {
        this.#workers.add(worker);
        this.#idle.push(worker);
      }
    } catch (error) {
      for (const { done } of this.#waiting.splice(0)) done({ failure: failureOf(error) });
    }
    this.#starting--;
    if (!this.#isClosed) this.#next();
  }

  #ended(worker: ProcedureWorker): void {
    this.#workers.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    if (!this.#isClosed) this.#next();
  }

  /** Gives idle threads back after a while. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    if (this.#idle.length === 0) return;
    this.#idleTimer = setTimeout(() => {
      for (const worker of this.#idle.splice(0)) {
        this.#workers.delete(worker);
        worker.end(new Error());
      }
    }, IDLE_MS).unref();
  }
}
