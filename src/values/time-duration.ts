const MICROS_PER_SECOND = 1_000_000n;

/** A span of time in microseconds, 64 bits signed. */
export class TimeDuration {
  readonly __time_duration_micros__: bigint;

  /** @param micros microseconds */
  constructor(micros: bigint) {
    this.__time_duration_micros__ = micros;
  }

  /** @param millis milliseconds; fractions are kept to the microsecond */
  static fromMillis(millis: number): TimeDuration {
    return new TimeDuration(BigInt(Math.round(millis * 1000)));
  }

  get micros(): bigint {
    return this.__time_duration_micros__;
  }

  /** Milliseconds, with the microseconds as fraction. */
  get millis(): number {
    return Number(this.__time_duration_micros__) / 1000; // exact up to 2^53 microseconds, which are 285 years
  }

  isEqual(other: TimeDuration): boolean {
    return this.__time_duration_micros__ === other.__time_duration_micros__;
  }

  /** Signed seconds with six digits: `+0.000005`, `-1.500000`. */
  toString(): string {
    const micros = this.__time_duration_micros__;
    const magnitude = micros < 0n ? -micros : micros;
    const fraction = (magnitude % MICROS_PER_SECOND).toString().padStart(6, '0');
    return `${micros < 0n ? '-' : '+'}${magnitude / MICROS_PER_SECOND}.${fraction}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
