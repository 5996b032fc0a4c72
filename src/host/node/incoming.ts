const MAX_WAITING_BYTES = 1024 * 1024; // frames not yet handled; beyond it the socket is not read for a while
const MAX_WAITING_FRAMES = 1024;

/** A frame of a client; undefined stands for a text frame. */
export type Frame = Buffer | undefined;

/** Frames of one client that are not yet handled, in order. */
export class Incoming {
  readonly #frames: Frame[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  /** So much waits that the client is not to be read. */
  get isFull(): boolean {
    return this.#bytes > MAX_WAITING_BYTES || this.#frames.length > MAX_WAITING_FRAMES;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame?.length ?? 0;
  }

  /** The next frame: the caller has asked whether there is one. */
  take(): Frame {
    const frame = this.#frames.shift();
    this.#bytes -= frame?.length ?? 0;
    return frame;
  }

  /** Forgets what waits: nobody will look at it. */
  clear(): void {
    this.#frames.length = this.#bytes = 0;
  }
}
