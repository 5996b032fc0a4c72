import type { ClientProtocol } from '../wire/index.ts';
import type { Encode } from './outbox.ts';

/** In place of outbox.ts in the lean build, whose subprotocols write alike: each message is a payload of its own. */
export class Outbox {
  /** The subprotocol that the host has chosen. */
  protocol: ClientProtocol | undefined;
  readonly #offered: ClientProtocol;
  #waiting: Uint8Array[] = [];

  constructor([first]: readonly ClientProtocol[]) {
    this.#offered = first!;
  }

  /** @throws ValueError; nothing is kept then */
  push(encode: Encode): void {
    this.#waiting.push(encode(this.#offered));
  }

  speak(protocol: ClientProtocol): void {
    this.protocol = protocol;
  }

  take(): Uint8Array[] {
    return this.#waiting.splice(0);
  }

  clear(): void {
    this.#waiting = [];
  }
}
