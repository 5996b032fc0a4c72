import { MessageChannel } from 'node:worker_threads';
import { SpacetickError } from '../../values/errors.ts';
import { hostClosed, timedOut, turnThrew } from './turn-errors.ts';
import { Watchdog } from './watchdog.ts';

const LIMIT_MS = 2000; // far beyond any reducer of a game, short enough that players wait instead of leaving
const DRAIN_MS = 8; // half a frame, then sockets are served
const DRAIN_JOBS = 256; // bounds what a drain of very short jobs answers before its answers leave

export interface TurnOptions {
  /** How long one piece may run, in milliseconds; it is stopped after 1 to 1.25 times as much. Default 2000. */
  limitMs?: number;
}

export interface Job {
  /** Runs synchronously on the main thread, and may be stopped anywhere: no `catch` and no `finally` of it runs then. */
  run(): void;
  /** `run` was stopped (`E_REDUCER_TIMEOUT`), threw (`E_TURN_THREW`) or was never called (`E_HOST_CLOSED`). */
  stopped(error: SpacetickError): void;
}

/**
 * The turns of module code on the main thread: jobs run strictly one after another, in the order they were pushed, and
 * one that never returns is stopped. Every job is entered from a MessagePort task, since Node aborts when code entered
 * from a timer or `setImmediate` is terminated (`findings.md`, "Running module code").
 *
 * Only what runs inside `run` is watched: promise callbacks and microtasks started there run after it, unwatched.
 *
 * Throws `E_WATCHDOG_UNAVAILABLE` when this process cannot stop code.
 */
export class Turns {
  readonly #limitMs: number;
  readonly #watchdog: Watchdog;
  readonly #channel = new MessageChannel();
  #jobs: Job[] = [];
  #next = 0; // index into #jobs: shifting a long array would copy it
  #current: Job | undefined;
  #returned = false; // the current run() came back, normally or by throwing
  #failure: SpacetickError | undefined;
  #busy = false; // a drain is scheduled or under way, so the process is kept alive
  #closed = false;
  #end!: (ended: Promise<void>) => void;
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(options: TurnOptions = {}) {
    const limitMs = options.limitMs ?? LIMIT_MS;
    if (!(limitMs >= 1 && limitMs < 2 ** 31)) {
      throw new SpacetickError(
        'E_TURN_LIMIT',
        `limitMs is ${limitMs}; it is a time in milliseconds from 1 to 2147483647, such as ${LIMIT_MS}.`,
      );
    }
    this.#limitMs = limitMs;
    this.#watchdog = new Watchdog(limitMs, () => {
      this.#settle();
      this.#drain();
    });
    this.#channel.port1.on('message', () => this.#drain());
    this.#channel.port1.unref();
  }

  /** Whether jobs wait behind the one that runs. */
  get hasWaiting(): boolean {
    return this.#next < this.#jobs.length;
  }

  /** Queues a job; never runs it before returning. `run` is called once, or never if the host closes first. */
  push(job: Job): void {
    this.#jobs.push(job);
    if (this.#busy) return;
    this.#busy = true;
    if (this.#closed) {
      queueMicrotask(() => this.#drain());
      return;
    }
    this.#channel.port1.ref();
    this.#wake();
  }

  /** Inside `run`: a new measured piece begins here, as at the next reducer of a batch. Elsewhere it does nothing. */
  piece(): void {
    if (this.#current !== undefined && this.#watchdog.end()) this.#watchdog.begin();
  }

  /**
   * Inside `run`: what follows cannot be stopped, until `piece()`. If this returns, the work before it was in time; a
   * transaction that commits after it is never cut in half.
   */
  seal(): void {
    this.#watchdog.end();
  }

  /** True between the moment a job is stopped and its `stopped`: what runs then is not the job. */
  get wasStopped(): boolean {
    return this.#current !== undefined && !this.#returned && this.#watchdog.hasStruck;
  }

  /**
   * Ends the watchdog. A job that is running finishes; those after it get `E_HOST_CLOSED`, in order, in a later task.
   * @returns when all of that has happened
   */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      if (!this.#busy) this.#release();
    }
    return this.#ended;
  }

  #wake(): void {
    this.#channel.port2.postMessage(undefined);
  }

  #drain(): void {
    this.#watchdog.look();
    const until = performance.now() + DRAIN_MS;
    for (let count = 0; this.#next < this.#jobs.length; count++) {
      if (!this.#closed && (count === DRAIN_JOBS || performance.now() > until)) {
        this.#forgetDone();
        // A port serves up to 1000 of its own messages in one go: only by way of the loop do sockets get their turn.
        setImmediate(() => this.#wake());
        return;
      }
      this.#take();
    }
    this.#jobs = [];
    this.#next = 0;
    this.#busy = false;
    if (this.#closed) this.#release();
    else this.#channel.port1.unref();
  }

  // A queue that is never empty must not keep every job it ever held; copying at half makes it cheap.
  #forgetDone(): void {
    if (this.#next * 2 < this.#jobs.length) return;
    this.#jobs = this.#jobs.slice(this.#next);
    this.#next = 0;
  }

  #take(): void {
    const job = this.#jobs[this.#next++]!;
    this.#current = job;
    this.#returned = this.#closed;
    this.#failure = this.#closed ? hostClosed() : undefined;
    if (!this.#closed) this.#run(job);
    this.#settle();
  }

  // Never returns when the watchdog strikes: then #settle is called by the watchdog's message.
  #run(job: Job): void {
    this.#watchdog.begin();
    try {
      job.run();
    } catch (error) {
      this.#failure = turnThrew(error);
    }
    this.#returned = true;
    this.#watchdog.end();
  }

  #settle(): void {
    const job = this.#current!;
    const failure = this.#returned ? this.#failure : timedOut(this.#limitMs);
    this.#current = undefined;
    this.#failure = undefined;
    if (failure === undefined) return;
    try {
      job.stopped(failure);
    } catch (error) {
      // A mistake of the host's own: it must not end the queue, nor be lost.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #release(): void {
    this.#end(this.#watchdog.close());
    this.#channel.port1.close();
  }
}
