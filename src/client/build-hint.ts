import { messageOf } from '../values/index.ts';
import { warn } from './log-level.ts';

const UNBUILT_MS = 3000; // nobody configures a connection for that long; forgetting build() is common

/** Older snippets end without build(): they would wait for ever, in silence. */
export class BuildHint {
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.#timer ??= setTimeout(() => {
      warn(messageOf('not built', 'A connection was described but never opened: end the chain with .build().'));
    }, UNBUILT_MS);
    // Node would wait for it before it exits.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  dismiss(): void {
    clearTimeout(this.#timer);
  }
}
