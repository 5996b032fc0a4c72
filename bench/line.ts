/** One line of the table: what was measured, and how far it may be from what it is compared with. */
export interface Line {
  readonly work: string;
  readonly against: string;
  /** How many times as much `work` costs as `against`; bytes a tick for the idle tick, which has nothing to compare. */
  readonly ratio: number;
  readonly unit: 'x' | 'B' | '/s' | 'ms' | '%';
  /** What the ratio may be at most, or must be at least; undefined when it is only reported. */
  readonly reach: number | undefined;
  /** The ratio says how many times as fast `work` is: more is better. */
  readonly isSpeed?: boolean;
  /** Nanoseconds of one piece of `work`; undefined where time is not what is measured. */
  readonly ns: number | undefined;
  /** Where the cost lies, as far as is known: printed when the reach is missed. */
  readonly reason: string;
  /** How this machine made it measure something else than it should. */
  readonly note?: string;
}

/** `met`, `report`, or `MISSED` with the reason. */
export function verdictOf({ ratio, reach, reason, note, isSpeed }: Line): string {
  const suffix = note === undefined ? '' : ` (${note})`;
  if (reach === undefined) return `report${suffix}`;
  // As printed, so that nobody sees "1.50 of 1.5: missed".
  const shown = Number(ratio.toFixed(2));
  return `${(isSpeed ? shown >= reach : shown <= reach) ? 'met' : `MISSED: ${reason}`}${suffix}`;
}
