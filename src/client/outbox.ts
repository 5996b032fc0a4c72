import type { ClientProtocol } from '../wire/index.ts';

/** Writes a message in a subprotocol. @throws ValueError when it cannot be written */
export type Encode = (protocol: ClientProtocol) => Uint8Array;

/** Messages that wait to be sent, in order. */
export class Outbox {
  readonly #offered: readonly ClientProtocol[];
  /** Written in every subprotocol that was offered: what is in them must not change before the host has chosen. */
  #early: Uint8Array[][] | undefined = [];
  #waiting: Uint8Array[] = [];
  /** The subprotocol that the host has chosen. */
  protocol: ClientProtocol | undefined;

  constructor(offered: readonly ClientProtocol[]) {
    this.#offered = offered;
  }

  /** @throws ValueError; nothing is kept then */
  push(encode: Encode): void {
    if (this.protocol !== undefined) this.#waiting.push(encode(this.protocol));
    else this.#early?.push(this.#offered.map(encode));
  }

  /** From now on messages are written in this one of the offered subprotocols. */
  speak(protocol: ClientProtocol): void {
    const index = this.#offered.indexOf(protocol);
    this.protocol = protocol;
    this.#waiting = (this.#early ?? []).map((message) => message[index]!);
    this.#early = undefined;
  }

  /** Takes what waits, as payloads. */
  take(): Uint8Array[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    const limit = this.protocol?.maxBatchBytes ?? 0;
    return limit > 0 && waiting.length > 1 ? batches(waiting, limit) : waiting;
  }

  clear(): void {
    this.#waiting = [];
    this.#early = undefined;
  }
}

/** Joins messages into payloads of at most `limit` bytes; a larger message is a payload of its own. */
function batches(messages: readonly Uint8Array[], limit: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let first = 0;
  let length = 0;
  const close = (end: number): void => {
    if (end === first) return;
    const payload = new Uint8Array(length);
    let at = 0;
    for (; first < end; first++) {
      payload.set(messages[first]!, at);
      at += messages[first]!.length;
    }
    payloads.push(payload);
    length = 0;
  };
  for (let i = 0; i < messages.length; i++) {
    if (length + messages[i]!.length > limit) close(i);
    length += messages[i]!.length;
  }
  close(messages.length);
  return payloads;
}
