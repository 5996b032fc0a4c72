import type { Clock } from './clock.ts';
import type { Visibility } from './visibility.ts';

/** What a hidden page does with messages: fold row changes for the first visible tick, or tick as they arrive. */
export type WhenHidden = 'coalesce' | 'tick';

export interface DriverParts {
  readonly clock: Clock;
  readonly visibility: Visibility;
  readonly whenHidden: WhenHidden;
  readonly tick: () => void;
  readonly tickQuietly: () => void;
  /** Whether a tick would do anything. */
  readonly hasWork: () => boolean;
  /** Whether the socket is gone: ticks may have stopped for good. */
  readonly isOver: () => boolean;
  readonly warn: (text: string) => void;
}

const PATIENCE_MS = 1000; // a scene that takes longer to its first frame is rare; a snippet that never ticks is not

const NOBODY_TICKS =
  'Messages have waited a second and nobody has called frameTick(). Call connection.frameTick() in the update() of every ' +
  'scene; without a game loop connection.runAuto(). Until then the connection ticks itself.';

/** Sees to it that somebody ticks. Normally the game does; this covers hidden pages, programs without a loop, the end. */
export class Driver {
  readonly #parts: DriverParts;
  readonly #stopWatching: () => void;
  #mode: 'waiting' | 'manual' | 'fallback' | 'auto' = 'waiting';
  #cancel: (() => void) | undefined;
  #isDraining = false;

  constructor(parts: DriverParts) {
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

  /** Something waits, or the page was hidden or shown. */
  workArrived(): void {
    const { visibility, hasWork, isOver } = this.#parts;
    if (!hasWork()) return;
    if (visibility.hidden) this.#drainHidden();
    else if (this.#mode === 'auto' || this.#mode === 'fallback') this.#schedule(0, () => this.#parts.tick());
    else if (this.#mode === 'waiting' || isOver()) this.#schedule(PATIENCE_MS, () => this.#onPatience());
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
      if (this.#parts.whenHidden === 'tick') this.#parts.tick();
      else this.#parts.tickQuietly();
    });
  }

  #onPatience(): void {
    const { visibility, hasWork, isOver, warn, tick } = this.#parts;
    if (!hasWork() || visibility.hidden) return;
    if (!isOver()) {
      if (this.#mode !== 'waiting') return;
      warn(NOBODY_TICKS);
      this.#mode = 'fallback';
    }
    tick();
  }

  #schedule(ms: number, task: () => void): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#cancel = undefined;
      task();
    });
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
