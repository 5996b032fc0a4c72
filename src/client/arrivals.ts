import { SpacetickError } from '../values/index.ts';
import type { Compression, Inflate } from './inflate.ts';

const RAW = 0;
const COMPRESSIONS: readonly (Compression | undefined)[] = [undefined, 'brotli', 'gzip']; // wire.md 2.4

/** Something that has arrived: the bytes of messages, or the end. */
interface Arrival {
  deliver: (() => void) | undefined;
}

/** Takes the compression off what arrives. What arrives later is delivered later, however long the inflating takes. */
export class Arrivals {
  readonly #inflate: Inflate;
  readonly #fail: (error: Error) => void;
  readonly #waiting: Arrival[] = [];

  /** @param fail the connection cannot go on: called in the turn of the bytes that cannot be read */
  constructor(inflate: Inflate, fail: (error: Error) => void) {
    this.#inflate = inflate;
    this.#fail = fail;
  }

  /** @param bytes a payload that begins with its compression byte */
  payload(bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): void {
    const body = bytes.subarray(1);
    if (bytes[0] === RAW) {
      this.inOrder(() => deliver(body));
      return;
    }
    const compression = COMPRESSIONS[bytes[0] ?? -1];
    if (compression === undefined) {
      const error = new SpacetickError(
        'E_WIRE_DECODE',
        `A payload begins with byte ${bytes[0]}, which names no compression.`,
      );
      this.inOrder(() => this.#fail(error));
      return;
    }
    const arrival: Arrival = { deliver: undefined };
    this.#waiting.push(arrival);
    this.#inflate(body, compression).then(
      (inflated) => this.#ready(arrival, () => deliver(inflated)),
      (error: Error) => this.#ready(arrival, () => this.#fail(error)),
    );
  }

  /** Runs `deliver` when everything that arrived before has been delivered. */
  inOrder(deliver: () => void): void {
    if (this.#waiting.length === 0) deliver();
    else this.#waiting.push({ deliver });
  }

  /** Nothing of what waits is delivered any more. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #ready(arrival: Arrival, deliver: () => void): void {
    arrival.deliver = deliver;
    while (this.#waiting[0]?.deliver !== undefined) this.#waiting.shift()!.deliver!();
  }
}
