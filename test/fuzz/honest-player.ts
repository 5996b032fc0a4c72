import { type Lagoon, lagoonBuilder } from './lagoon.ts';

const PATIENCE_MS = 20_000; // of a machine that is shared; nobody is made to wait that long
const PAUSE_MS = 5;

/** Plays on while others send what they like: each of its calls is to be answered, and what it did to be told. */
export class HonestPlayer {
  readonly #conn: Lagoon;
  readonly #playing: Promise<void>;
  #isPlaying = true;
  /** Calls that were answered as they ought to be. */
  calls = 0;

  private constructor(conn: Lagoon) {
    this.#conn = conn;
    this.#playing = this.#play();
    this.#playing.catch(() => undefined); // told by stop()
  }

  static async join(url: string): Promise<HonestPlayer> {
    const conn = lagoonBuilder(url).build();
    conn.runAuto();
    await inTime(
      new Promise<void>((resolve, reject) => {
        conn
          .subscriptionBuilder()
          .onApplied(() => resolve())
          .onError((_ctx, error) => reject(error ?? new Error('it was refused')))
          .subscribe(['SELECT * FROM tally', 'SELECT * FROM ship', 'SELECT * FROM chest', 'SELECT * FROM buoy']);
      }),
    );
    return new HonestPlayer(conn);
  }

  /** Waits for so many more calls. @throws whatever went wrong while it played */
  async plays(calls: number): Promise<void> {
    const wanted = this.calls + calls;
    while (this.calls < wanted) await Promise.race([pause(), this.#playing]);
  }

  /** Leaves. @throws whatever went wrong while it played */
  async stop(): Promise<void> {
    this.#isPlaying = false;
    await this.#playing;
    this.#conn.disconnect();
  }

  async #play(): Promise<void> {
    const { reducers, procedures, db } = this.#conn;
    while (this.#isPlaying) {
      const count = this.calls + 1;
      await inTime(reducers.count({ count }));
      const told = db.tally.player.find(this.#conn.identity!)?.count;
      if (told !== count) throw new Error(`It counted ${count}, and was told ${told}`);
      if (count % 10 === 0) {
        const twice = await inTime(procedures.twice({ n: count }));
        if (twice !== BigInt(count) * 2n) throw new Error(`Twice ${count} came as ${twice}`);
      }
      this.calls = count;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** @throws when it takes too long */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
