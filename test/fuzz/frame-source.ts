import { type ClientMessage, type ClientProtocol, HOST_PROTOCOLS, type HostProtocol } from '../../src/wire/index.ts';
import { pick, type Random } from '../random.ts';
import { mutated } from './mutate.ts';
import { strangeFrame } from './strange.ts';
import type { Traffic } from './traffic.ts';

/** A frame, and what a host makes of it. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Messages that are handled. */
  readonly messages: readonly ClientMessage[];
  /** Why it ends the connection, behind those messages. */
  readonly fault: Error | undefined;
}

/** Frames that hostile clients send: mutated real ones, and strange ones. */
export class FrameSource {
  readonly client: ClientProtocol;
  readonly #host: HostProtocol;
  readonly #corpus: readonly Uint8Array[];
  readonly #random: Random;

  constructor({ protocol, sent }: Traffic, random: Random) {
    this.client = protocol;
    this.#host = HOST_PROTOCOLS.find(({ name }) => name === protocol.name)!;
    this.#corpus = [...sent, protocol.oneOffQuery(9, "SELECT * FROM ship WHERE name = 'ship 1'")];
    this.#random = random;
  }

  next(): Frame {
    const random = this.#random;
    const choice = random(8);
    const bytes =
      choice === 0
        ? pick(random, this.#corpus)
        : choice === 1
          ? strangeFrame(this.client, random)
          : mutated(
              choice === 2 ? strangeFrame(this.client, random) : pick(random, this.#corpus),
              random,
              this.#corpus,
            );
    return this.#read(bytes);
  }

  #read(bytes: Uint8Array): Frame {
    const messages: ClientMessage[] = [];
    try {
      for (const message of this.#host.decode(bytes)) messages.push(message);
      return { bytes, messages, fault: undefined };
    } catch (error) {
      return { bytes, messages, fault: error as Error };
    }
  }
}

/** Messages of a frame that are answered even if all else fails: quiet calls need not be. */
export function answersTo({ messages }: Frame): number {
  return messages.filter((message) => message.tag !== 'CallReducer' || message.isQuiet !== true).length;
}
