import { messageOf } from '../values/index.ts';
import { asError } from './errors.ts';
import { warn } from './log-level.ts';
import { tellUnlessReloaded } from './reload.ts';

/** Hears what user code threw, and rejections nobody looked at. `where` names the callback: `onInsert of ship`. */
export type CallbackErrorListener = (error: Error, where: string) => void;

/** Where trouble is told: the connection's own listener, else the console. A warning comes once. */
export class Reporter {
  readonly #listeners: readonly CallbackErrorListener[];
  readonly #warned = new Set<string>();

  constructor(listeners: readonly CallbackErrorListener[]) {
    this.#listeners = listeners;
  }

  /** Never throws. */
  error(thrown: unknown, where: string): void {
    const error = asError(thrown);
    if (this.#listeners.length === 0) {
      tellUnlessReloaded(error, () => console.error(`[spacetick] ${where}:`, error));
    }
    for (const listener of this.#listeners) {
      try {
        listener(error, where);
      } catch (second) {
        console.error(`[spacetick] ${where}:`, error);
        console.error('[spacetick] onCallbackError threw too:', second);
      }
    }
  }

  /** Runs a callback of the user's, whatever it does. @param where what it is, for reports */
  guard(where: string, callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.error(error, where);
    }
  }

  /** @param about what the warning is about: it is not repeated for the same */
  warnOnce(about: string, text: string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    warn(messageOf(about, text));
  }
}
