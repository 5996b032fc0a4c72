import { TimeDuration } from './time-duration.ts';

// Kept from load time: while a reducer runs the global is not there.
const HostDate = Date;

const MICROS_PER_MILLI = 1000n;
const MICROS_PER_SECOND = 1_000_000n;

/** A point in time: microseconds since 1970-01-01T00:00:00Z, 64 bits signed. */
export class Timestamp {
  static readonly UNIX_EPOCH = new Timestamp(0n);

  readonly __timestamp_micros_since_unix_epoch__: bigint;

  /** @param micros microseconds since the epoch */
  constructor(micros: bigint) {
    this.__timestamp_micros_since_unix_epoch__ = micros;
  }

  /** The platform's clock. Not for reducers: they have `ctx.timestamp`. */
  static now(): Timestamp {
    return Timestamp.fromMillis(HostDate.now());
  }

  static fromDate(date: Date): Timestamp {
    return Timestamp.fromMillis(date.getTime());
  }

  /** @param millis milliseconds since the epoch; fractions are kept to the microsecond */
  static fromMillis(millis: number): Timestamp {
    return new Timestamp(BigInt(Math.round(millis * 1000)));
  }

  get microsSinceUnixEpoch(): bigint {
    return this.__timestamp_micros_since_unix_epoch__;
  }

  /** Whole milliseconds since the epoch, rounded down. */
  toMillis(): bigint {
    const micros = this.__timestamp_micros_since_unix_epoch__;
    const millis = micros / MICROS_PER_MILLI;
    return micros < 0n && micros % MICROS_PER_MILLI !== 0n ? millis - 1n : millis;
  }

  /** @throws RangeError beyond what a Date can hold (about 270,000 years). */
  toDate(): Date {
    const date = new HostDate(Number(this.toMillis()));
    if (Number.isNaN(date.getTime())) throw new RangeError('Timestamp is outside of what a Date can represent');
    return date;
  }

  since(earlier: Timestamp): TimeDuration {
    return new TimeDuration(this.__timestamp_micros_since_unix_epoch__ - earlier.__timestamp_micros_since_unix_epoch__);
  }

  plus(duration: TimeDuration): Timestamp {
    return new Timestamp(this.__timestamp_micros_since_unix_epoch__ + duration.micros);
  }

  isEqual(other: Timestamp): boolean {
    return this.__timestamp_micros_since_unix_epoch__ === other.__timestamp_micros_since_unix_epoch__;
  }

  /** RFC 3339 with six fractional digits: `2025-04-08T15:47:46.935402Z`. @throws RangeError as `toDate` */
  toISOString(): string {
    const micros = this.__timestamp_micros_since_unix_epoch__;
    const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
    return `${this.toDate().toISOString().slice(0, -5)}.${fraction.toString().padStart(6, '0')}Z`;
  }

  toString(): string {
    return this.toISOString();
  }

  toJSON(): string {
    return this.toISOString();
  }
}
