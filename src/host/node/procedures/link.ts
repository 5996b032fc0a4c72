import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/*
 * Counters: int32 cells shared by both ends; each counts what was sent to that end. A message is posted first, then
 * counted: who finds nothing waits until the count changes.
 */
export const COUNTER_BYTES = 8; // two int32 cells

export type End = 0 | 1;
export const HOST_END: End = 0;
export const WORKER_END: End = 1;

/** One end of a connection between two threads that may wait for each other. */
export class Link<In, Out> {
  readonly port: MessagePort;
  readonly #counters: Int32Array;
  readonly #own: End;

  constructor(port: MessagePort, counters: Int32Array, own: End) {
    this.port = port;
    this.#counters = counters;
    this.#own = own;
  }

  send(message: Out): void {
    this.port.postMessage(message);
    const other = 1 - this.#own;
    Atomics.add(this.#counters, other, 1);
    Atomics.notify(this.#counters, other);
  }

  /** Waits for a message; the thread stands still meanwhile. */
  receive(): In {
    for (;;) {
      const counted = Atomics.load(this.#counters, this.#own);
      const received = receiveMessageOnPort(this.port) as { readonly message: In } | undefined;
      if (received !== undefined) return received.message;
      Atomics.wait(this.#counters, this.#own, counted);
    }
  }
}
