import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';

/** When a scheduled reducer runs: again and again after an interval, or once at a time. */
export type ScheduleAt = { tag: 'Interval'; value: TimeDuration } | { tag: 'Time'; value: Timestamp };

function micros(value: bigint | { readonly micros: bigint } | { readonly microsSinceUnixEpoch: bigint }): bigint {
  if (typeof value === 'bigint') return value;
  return 'micros' in value ? value.micros : value.microsSinceUnixEpoch;
}

export const ScheduleAt = Object.freeze({
  /** @param every microseconds, or a TimeDuration */
  interval(every: bigint | TimeDuration): ScheduleAt {
    return { tag: 'Interval', value: new TimeDuration(micros(every)) };
  },

  /** @param at microseconds since the epoch, or a Timestamp; a past time means as soon as possible */
  time(at: bigint | Timestamp): ScheduleAt {
    return { tag: 'Time', value: new Timestamp(micros(at)) };
  },
});
