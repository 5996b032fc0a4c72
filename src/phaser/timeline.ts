import type { RowContext } from '../client/index.ts';
import { type Clock, pageClock } from './clock.ts';
import { RunningStats } from './running-stats.ts';

const DEFAULT_STEP_MS = 50; // 20 steps a second, until intervals were measured
const MAX_STEP_MS = 1000; // a row silent for longer rested
const DELAY_STEPS = 2; // one step to interpolate over, one to be late by
const MAX_DELAY_STEPS = 12; // what the ring of samples holds, with room for holds
const FRAME_MS = 17; // a message waits for the next frame before it is seen
const HOLD_STEPS = 1.75; // rows that rest are not sent: a step left out, not merely late
const LATE_SHARE = 0.95; // messages later than this share of their peers may find the buffer empty
const SLEW = 0.1; // playback runs at most 10 % fast or slow, which eyes do not notice
const JUMP_MS = 1000; // further off than this, playback jumps instead of crawling there
const CLOCK_STEP_MS = 2000; // no network delays one message by so much more than the last: a clock was set
const LEARNING_MESSAGES = 8; // until then the delay is a guess, and playback follows it at once
const WINDOW = 64; // messages remembered: three seconds at 20 a second
const INTERVALS_PER_MESSAGE = 8; // of 1,000 rows that moved together, eight say as much

/** How a timeline is made. */
export interface TimelineOptions {
  /** Milliseconds drawn behind the host, fixed. By default two measured steps, more when arrivals jitter. */
  delayMs?: number;
  /** The clock of `RowContext.arrivedAt`; `performance.now` by default. */
  clock?: Clock;
}

/**
 * Tells which moment of the host's time to draw now. Sample times come from the commit time where the wire carries
 * it, else from a column, else from arrival; what is drawn is a function of the clock alone, never of frames.
 * Mirrors that should move as one may share a timeline.
 */
export class Timeline {
  readonly clock: Clock;
  readonly #fixedDelay: number | undefined;
  /** Lateness of messages: arrival minus host time, or how far apart arrivals were beyond a step. */
  readonly #lateness = new RunningStats(WINDOW);
  readonly #intervals = new RunningStats(WINDOW);
  #mode: 'unknown' | 'host' | 'arrival' = 'unknown';
  #base = 0;
  #messages = 0;
  #intervalsLeft = 0;
  #step = DEFAULT_STEP_MS;
  #newest = Number.NEGATIVE_INFINITY;
  #epoch = 0;
  // Playback lags the clock by a shift that moves from #shiftFrom (at #shiftAt) to #shiftTo at the slew rate.
  #shiftFrom = 0;
  #shiftAt = 0;
  #shiftTo = 0;
  /** Times are counted from the first one: microseconds of today leave few bits for fractions. */
  #origin: number | undefined;
  #lastStamp: unknown;
  #lastArrival = Number.NaN;
  #lastTime = Number.NaN;

  constructor(options: TimelineOptions = {}) {
    this.clock = options.clock ?? pageClock;
    this.#fixedDelay = options.delayMs;
  }

  /** Milliseconds between two samples of a moving row, as measured. */
  get step(): number {
    return this.#step;
  }

  /** Time of the newest message. */
  get newest(): number {
    return this.#newest;
  }

  /** Counts the times the host's clock was set: older samples mean nothing then. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A row silent for longer than this rested in between. */
  get holdAfter(): number {
    return this.#intervals.count === 0 ? MAX_STEP_MS : HOLD_STEPS * this.#step;
  }

  /** Milliseconds between the host's present and what is drawn, the way of the message included. */
  get delay(): number {
    return this.#shiftTo - this.#base;
  }

  /**
   * When the change happened, in milliseconds since the first one; rows of one message share it.
   * @param rowMillis the same from a column of the row, where the wire carries no commit time
   */
  timeOf(context: RowContext, rowMillis?: number): number {
    const stamp = rowMillis ?? context.timestamp;
    const { arrivedAt } = context;
    if (stamp === this.#lastStamp && arrivedAt === this.#lastArrival) return this.#lastTime;
    this.#lastStamp = stamp;
    this.#lastArrival = arrivedAt;
    const micros = rowMillis === undefined ? Number(context.timestamp?.microsSinceUnixEpoch) : rowMillis * 1000;
    const host = Number.isNaN(micros) ? undefined : this.#sinceOrigin(micros);
    if (this.#mode === 'unknown') this.#mode = host === undefined ? 'arrival' : 'host';
    this.#lastTime = this.#mode === 'host' ? this.#hostMessage(host, arrivedAt) : this.#arrivalMessage(arrivedAt);
    this.#newest = Math.max(this.#newest, this.#lastTime);
    return this.#lastTime;
  }

  /** Learns from the time between two samples of one row. */
  interval(millis: number): void {
    if (this.#intervalsLeft === 0 || millis > MAX_STEP_MS) return;
    this.#intervalsLeft--;
    this.#intervals.add(millis);
  }

  /** The moment to draw at `now`, in the milliseconds of `timeOf`. */
  renderTime(now: number): number {
    return this.#messages === 0 ? Number.NEGATIVE_INFINITY : now - this.#shift(now);
  }

  #sinceOrigin(micros: number): number {
    this.#origin ??= micros;
    return (micros - this.#origin) / 1000;
  }

  #hostMessage(host: number | undefined, arrivedAt: number): number {
    if (host === undefined) {
      this.#intervalsLeft = 0;
      return arrivedAt - this.#base; // a message without commit time among others that have it
    }
    const lateness = arrivedAt - host;
    if (this.#messages > 0 && Math.abs(lateness - this.#base) > CLOCK_STEP_MS) this.#restart();
    this.#lateness.add(lateness);
    this.#base = this.#lateness.percentile(0);
    this.#learn(this.#lateness.percentile(LATE_SHARE) - this.#base, arrivedAt);
    return host;
  }

  #arrivalMessage(arrivedAt: number): number {
    const late = arrivedAt - this.#newest - this.#step;
    if (late < this.#step) this.#lateness.add(Math.max(0, late)); // later than that: nothing happened meanwhile
    this.#learn(this.#lateness.count === 0 ? 0 : this.#lateness.percentile(LATE_SHARE), arrivedAt);
    return arrivedAt;
  }

  #learn(jitter: number, now: number): void {
    this.#intervalsLeft = INTERVALS_PER_MESSAGE;
    if (this.#intervals.count > 0) this.#step = this.#intervals.percentile(0.5);
    const wanted = Math.max(DELAY_STEPS * this.#step, this.#step + jitter + FRAME_MS);
    const delay = this.#fixedDelay ?? Math.min(wanted, MAX_DELAY_STEPS * this.#step);
    const from = this.#shift(now);
    this.#shiftTo = this.#base + delay;
    const jump = this.#messages < LEARNING_MESSAGES || Math.abs(from - this.#shiftTo) > JUMP_MS;
    this.#shiftFrom = jump ? this.#shiftTo : from;
    this.#shiftAt = now;
    this.#messages++;
  }

  #shift(now: number): number {
    const left = this.#shiftFrom - this.#shiftTo;
    const done = SLEW * Math.max(0, now - this.#shiftAt);
    if (Math.abs(left) <= done) return this.#shiftTo;
    return this.#shiftFrom - Math.sign(left) * done;
  }

  #restart(): void {
    this.#lateness.clear();
    this.#messages = 0;
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#epoch++;
  }
}
