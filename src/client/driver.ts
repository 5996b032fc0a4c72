import type { Parts } from './parts.ts';
import { hasWork, tick, tickQuietly } from './tick.ts';

/** What a hidden page does with messages: fold row changes for the first visible tick, or tick as they arrive. */
export type WhenHidden = 'coalesce' | 'tick';

const PATIENCE_MS = 1000; // a scene that takes longer to its first frame is rare; a snippet that never ticks is not

const NOBODY_TICKS =
  'Messages have waited a second and nobody has called frameTick(). Call connection.frameTick() in the update() of every ' +
  'scene; without a game loop connection.runAuto(). Until then the connection ticks itself.';

/** Sees to it that somebody ticks. Normally the game does; this covers hidden pages, programs without a loop, the end. */
export class Driver {
  readonly #parts: Parts;
  readonly #stopWatching: () => void;
  #mode: 'waiting' | 'manual' | 'fallback' | 'auto' = 'waiting';
  #cancel: (() => void) | undefined;
  #isDraining = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stopWatching = parts.visibility.onChange(() => this.workArrived());
  }

  /** The user ticks: nothing else has to. */
  userTicks(): void {
    if (this.#mode === 'auto' || this.#mode === 'manual') return;
    this.#mode = 'manual';
    this.#cancelTimer();
  }

  runAuto(): void {
    this.#mode = 'auto';
    this.#cancelTimer();
    this.workArrived();
  }

  /** Something for the inbox: a task, or the bytes of messages. @param arrivedAt milliseconds; now, when left out */
  arrive(task: (() => void) | undefined, bytes?: Uint8Array, arrivedAt = this.#parts.clock.now()): void {
    this.#parts.inbox.push({ task, bytes, arrivedAt });
    this.workArrived();
  }

  /** Something waits, or the page was hidden or shown. */
  workArrived(): void {
    const parts = this.#parts;
    if (!hasWork(parts)) return;
    if (parts.visibility.hidden) this.#drainHidden();
    else if (this.#mode === 'auto' || this.#mode === 'fallback') this.#schedule(0, () => tick(parts));
    else if (this.#mode === 'waiting' || parts.link.isOver) this.#schedule(PATIENCE_MS, () => this.#onPatience());
  }

  /** Everything has been told. */
  stop(): void {
    this.#cancelTimer();
    this.#stopWatching();
  }

  /** Timers of hidden pages come once a second or once a minute; a microtask comes at once. */
  #drainHidden(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    queueMicrotask(() => {
      this.#isDraining = false;
      if (this.#parts.whenHidden === 'tick') tick(this.#parts);
      else tickQuietly(this.#parts);
    });
  }

  #onPatience(): void {
    const { visibility, link, reporter } = this.#parts;
    if (!hasWork(this.#parts) || visibility.hidden) return;
    if (!link.isOver) {
      if (this.#mode !== 'waiting') return;
      reporter.warnOnce('nobody ticks', NOBODY_TICKS);
      this.#mode = 'fallback';
    }
    tick(this.#parts);
  }

  #schedule(ms: number, task: () => void): void {
    this.#cancel ??= this.#parts.clock.after(ms, () => {
      this.#cancel = undefined;
      task();
    });
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
