import { Worker } from 'node:worker_threads';
import { SpacetickError } from '../../values/errors.ts';
import { type Inspector, openInspector, unavailable } from './inspector.ts';
import { WATCHDOG_SOURCE } from './watchdog-source.ts';

/*
 * Word: int32 cells shared by the main thread and the watchdog's thread.
 *
 *   PIECE     n > 0     piece n is running and may be stopped
 *             0         CLAIMED: the watchdog is stopping the piece; only it leaves this state
 *             n < 0     piece -n has ended, nothing may be stopped
 *   ASLEEP    1         the watchdog waits to be notified
 *   DEBUGGED  1         an inspector is open: stop nothing
 *   NAP       0         never written; the watchdog's timed naps wait on it
 *
 * PIECE leaves n only by compare-and-exchange, so either the piece ended or it was claimed, never both.
 */
const Word = { PIECE: 0, ASLEEP: 1, DEBUGGED: 2, NAP: 3 } as const;
const WORD_BYTES = 16; // four int32 cells
const CLAIMED = 0;
const LAST_PIECE = 0x7fff_ffff; // then counting starts again: PIECE is an int32 and its sign has a meaning

const NAPS_PER_LIMIT = 4; // a piece is stopped after 1 to 1.25 limits; two wake-ups a second at the default limit
const LOST_MS = 10_000; // an answer takes under 1 ms; a machine this late has lost its watchdog thread

/** Stops the piece of code that is running on the main thread when it runs for longer than `limitMs`. */
export class Watchdog {
  readonly #word = new Int32Array(new SharedArrayBuffer(WORD_BYTES));
  readonly #inspector: Inspector;
  readonly #worker: Worker;
  #piece = 1;
  #running = false;
  #warned = false;

  /** `onStopped` is called from a MessagePort task after the stack of a stopped piece was unwound. */
  constructor(limitMs: number, onStopped: () => void) {
    this.#inspector = openInspector();
    Atomics.store(this.#word, Word.PIECE, -this.#piece);
    this.#worker = startWorker({
      word: this.#word,
      napMs: limitMs / NAPS_PER_LIMIT,
      naps: NAPS_PER_LIMIT,
      Word,
      CLAIMED,
    });
    this.#worker.on('message', () => {
      this.#running = false;
      onStopped();
    });
    this.#worker.on('error', (cause) => {
      throw new SpacetickError(
        'E_WATCHDOG_LOST',
        `The thread that stops endless reducers ended: ${String(cause)}. Out of memory, perhaps. Restart the host.`,
        { cause },
      );
    });
    this.#worker.unref();
  }

  /** Looks whether an inspector is open (a paused breakpoint is not a runaway). Call it now and then, outside pieces. */
  look(): void {
    const debugged = this.#inspector.url() !== undefined;
    Atomics.store(this.#word, Word.DEBUGGED, debugged ? 1 : 0);
    if (!debugged || this.#warned) return;
    this.#warned = true;
    console.error('spacetick: an inspector is open, so reducers that never return are not stopped.');
  }

  /** A piece begins here, and may be stopped from now on. Only from a MessagePort task. */
  begin(): void {
    this.#piece = this.#piece === LAST_PIECE ? 1 : this.#piece + 1;
    this.#running = true;
    Atomics.store(this.#word, Word.PIECE, this.#piece);
    if (Atomics.load(this.#word, Word.ASLEEP) === 1) Atomics.notify(this.#word, Word.ASLEEP);
  }

  /**
   * After this nothing can be stopped until `begin()`. Does not return if the piece is being stopped; false if it has
   * been stopped already, so that the caller is not part of it.
   */
  end(): boolean {
    if (!this.#running) return true;
    const piece = this.#piece;
    for (;;) {
      const found = Atomics.compareExchange(this.#word, Word.PIECE, piece, -piece);
      if (found === piece) break;
      if (found !== CLAIMED) return false;
      // The termination is on its way and must not strike later code: it strikes here, inside this wait.
      if (Atomics.wait(this.#word, Word.PIECE, CLAIMED, LOST_MS) === 'timed-out') return false;
    }
    this.#running = false;
    return true;
  }

  /** True once the running piece is being stopped, until `onStopped`. */
  get hasStruck(): boolean {
    return this.#running && Atomics.load(this.#word, Word.PIECE) <= 0;
  }

  /** Resolves when its thread has ended: a process that exits earlier waits for "the debugger" and says so. */
  async close(): Promise<void> {
    this.#worker.ref();
    await this.#worker.terminate();
  }
}

function startWorker(workerData: object): Worker {
  try {
    // No inherited flags or NODE_OPTIONS: a preloaded module has no business in this thread.
    return new Worker(WATCHDOG_SOURCE, { eval: true, workerData, execArgv: [], env: {}, name: 'spacetick watchdog' });
  } catch (cause) {
    throw unavailable('this process may not start a worker thread (node --permission needs --allow-worker)', cause);
  }
}
