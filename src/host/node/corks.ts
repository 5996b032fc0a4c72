import type { Writable } from 'node:stream';

/**
 * Sockets whose frames of one turn of the event loop leave together: one call into the system for each socket instead of
 * one for each frame, which is most of what a busy host does.
 */
export class Corks {
  readonly #corked: Writable[] = [];

  /** What is written from now on waits until the sockets of this turn have been read. */
  hold(socket: Writable): void {
    if (socket.writableCorked > 0) return;
    socket.cork();
    if (this.#corked.push(socket) === 1) setImmediate(() => this.#release());
  }

  #release(): void {
    for (const socket of this.#corked.splice(0)) socket.uncork();
  }
}
