import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { LoadedProcedure, ReducerCtx } from '../../../module/index.ts';
import { decodeBsatn, encodeBsatn, SpacetickError } from '../../../values/index.ts';
import { failureOf } from '../../failure.ts';
import { enterModule, leaveModule } from '../../globals.ts';
import type { ProcedureResult } from '../../procedures/outcome.ts';
import type { ProcedureCall, ProcedureDatabase } from '../../procedures/runner.ts';
import { fetchFor } from './fetching.ts';
import { COUNTER_BYTES, HOST_END, Link } from './link.ts';
import type { CallOrder, FetchRequest, FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { pack } from './parcel.ts';
import { operateOn } from './remote-db.ts';
import { sentError } from './sent-error.ts';
import { startWorker } from './worker-source.ts';

export const SILENT_MS = 10_000; // of a procedure that neither fetches nor has a transaction: it may be endless
export const MAX_HEAP_MB = 128; // of a thread: a procedure that needs more would take it from the game

const LOAD_MS = 10_000; // a thread loads a module in a tenth of a second

/** The function of `withTx` threw, in the other thread. */
class Aborted extends Error {}

/** A thread that runs procedures, one at a time, and what they ask for. */
export class ProcedureWorker {
  readonly #database: ProcedureDatabase;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #silentMs: number;
  readonly #link: Link<FromWorker, ToWorker | CallOrder>;
  /** It takes no more calls. */
  isEnded = false;
  #call: ProcedureCall | undefined;
  #done: ((result: ProcedureResult) => void) | undefined;
  #silence: NodeJS.Timeout | undefined;

  private constructor(
    worker: Worker,
    port: MessagePort,
    counters: Int32Array,
    database: ProcedureDatabase,
    silentMs: number,
  ) {
    this.#worker = worker;
    this.#silentMs = silentMs;
    this.#port = port;
    this.#database = database;
    this.#link = new Link(port, counters, HOST_END);
    port.on('message', (message: FromWorker) => {
      try {
        this.#heard(message);
      } catch (error) {
        this.end(error as Error); // its code has tampered with what the threads say to each other
      }
    });
    port.unref();
  }

  /**
   * @param silentMs how long a procedure may compute in one piece
   * @param onEnd told once, when the thread has ended; a call that was running has failed then
   */
  static async start(
    source: string,
    database: ProcedureDatabase,
    silentMs: number,
    onEnd: () => void,
  ): Promise<ProcedureWorker> {
    const counters = new Int32Array(new SharedArrayBuffer(COUNTER_BYTES));
    const { port1, port2 } = new MessageChannel();
    const worker = await startWorker({
      workerData: { source, counters, port: port2 } satisfies WorkerStart,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const started = new ProcedureWorker(worker, port1, counters, database, silentMs);
    await started.#ready();
    worker.unref(); // idle it keeps no process alive
    worker.on('error', (error) => started.#finish({ failure: failureOf(error) }));
    worker.on('exit', () => {
      started.end(new SpacetickError('E_PROCEDURE_LOST', 'The thread of the procedure ended before it answered.'));
      onEnd();
    });
    return started;
  }

  /** The module has loaded in the thread. @throws what its top level threw there */
  async #ready(): Promise<void> {
    const limit = setTimeout(() => this.end(new Error()), LOAD_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#port.once('message', () => resolve());
        this.#worker.once('error', reject);
        this.#worker.once('exit', () => reject(new Error('The module did not load in the thread of a procedure.')));
      });
    } finally {
      clearTimeout(limit);
    }
    this.#worker.removeAllListeners();
  }

  run(call: ProcedureCall, done: (result: ProcedureResult) => void): void {
    const { procedure, args, caller, at } = call;
    this.#call = call;
    this.#done = done;
    this.#port.ref();
    this.#link.send({
      procedure: procedure.name,
      args: encodeBsatn(procedure.params, args, procedure.name),
      caller: pack({ identity: caller.identity, connectionId: caller.connectionId, auth: caller.auth }),
      databaseIdentity: this.#database.identity.hex,
      micros: at.microsSinceUnixEpoch,
    });
    this.#awaitWord();
  }

  /** Ends the thread; a call that is running fails. */
  end(error: Error): void {
    this.isEnded = true;
    this.#finish({ failure: failureOf(error) });
    this.#port.close();
    void this.#worker.terminate();
  }

  #heard(message: FromWorker): void {
    this.#awaitWord();
    switch (message.kind) {
      case 'log':
        this.#log(message);
        break;
      case 'begin':
        this.#begin();
        break;
      case 'fetch':
        void this.#fetch(message.request);
        break;
      case 'done':
        if (this.#call !== undefined) this.#finish(readable(message.result, this.#call.procedure));
    }
  }

  /** A transaction is a turn of the database: nobody else comes in between, and it is stopped like any other. */
  #begin(): void {
    this.#hasWord();
    const call = this.#call!;
    this.#database.post(
      () => {
        if (this.#call !== call) return;
        enterModule();
        try {
          this.#database.transact(call.caller, (tx) => this.#serve(tx));
          this.#link.send({ kind: 'ended' });
        } catch (error) {
          this.#link.send(error instanceof Aborted ? { kind: 'ended' } : { kind: 'error', error: sentError(error) });
        }
        leaveModule();
        this.#awaitWord();
      },
      (error) => {
        this.#database.stopped(error);
        if (this.#call === call) this.end(error);
      },
    );
  }

  /** Does what the procedure asks for until it says that it is through. */
  #serve(tx: ReducerCtx): void {
    this.#link.send({ kind: 'begun', micros: tx.timestamp.microsSinceUnixEpoch });
    for (;;) {
      const message = this.#link.receive();
      if (message.kind === 'commit') return;
      if (message.kind === 'log') this.#log(message);
      else if (message.kind !== 'operation') throw new Aborted();
      else {
        try {
          this.#link.send({ kind: 'value', value: operateOn(tx.db, message.operation) });
        } catch (error) {
          this.#link.send({ kind: 'error', error: sentError(error) });
        }
      }
    }
  }

  async #fetch(request: FetchRequest): Promise<void> {
    this.#hasWord();
    const call = this.#call;
    let answer: ToWorker;
    try {
      answer = { kind: 'fetched', answer: await fetchFor(request) };
    } catch (error) {
      const { message } = error as Error;
      answer = { kind: 'error', error: { name: 'HttpError', code: undefined, message } };
    }
    if (this.#call !== call) return;
    this.#link.send(answer);
    this.#awaitWord();
  }

  #log({ level, message }: Extract<FromWorker, { kind: 'log' }>): void {
    this.#database.log(level, message, this.#call?.procedure.name);
  }

  #finish(result: ProcedureResult): void {
    this.#hasWord();
    const [call, done] = [this.#call, this.#done];
    this.#call = this.#done = undefined;
    this.#port.unref();
    if (call === undefined || done === undefined) return;
    done(result);
  }

  /** From now on the thread works on its own, and is to be heard of. */
  #awaitWord(): void {
    this.#hasWord();
    if (this.#call === undefined) return;
    this.#silence = setTimeout(() => {
      const { name } = this.#call!.procedure;
      const text = `${name} did nothing but compute for ${this.#silentMs} ms and was stopped. Check its loops.`;
      this.end(new SpacetickError('E_PROCEDURE_TIMEOUT', text));
    }, this.#silentMs).unref();
  }

  #hasWord(): void {
    clearTimeout(this.#silence);
  }
}

/** What a procedure's thread sent, with the value that was returned read out of its bytes. @throws ValueError */
function readable(sent: ProcedureResult, { returnType, name }: LoadedProcedure): ProcedureResult {
  return 'failure' in sent ? sent : { returned: decodeBsatn(returnType, sent.returned as Uint8Array, name) };
}
