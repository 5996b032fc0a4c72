/** How long to measure. */
export interface Effort {
  /** Milliseconds of one sample. */
  readonly sampleMs: number;
  /** Samples of each contestant, taken in turns. */
  readonly rounds: number;
  /** Milliseconds each contestant runs before anything counts: compilers need that long. */
  readonly warmUpMs: number;
  /** Only whether everything runs is of interest, not what comes out. */
  readonly isQuick: boolean;
}

export const FULL: Effort = { sampleMs: 10, rounds: 45, warmUpMs: 400, isQuick: false };
export const QUICK: Effort = { sampleMs: 1, rounds: 2, warmUpMs: 1, isQuick: true };

/** Where results go: what nobody uses might not be computed. */
export const sink: { value: unknown } = { value: undefined };

/** Does its work so many times. The loop is its own, so that no call through a variable is measured. */
export type Contestant = (times: number) => void;

export interface Outcome {
  /** Median over the rounds of `work` / `against`. */
  readonly ratio: number;
  /** Median nanoseconds of doing `work` once. */
  readonly ns: number;
}

/**
 * Measures two contestants in turns, A B A B, so that what slows the machine down slows both.
 * @param pieces pieces of work that one time of either does: a message of 1000 rows has 1000
 */
export function race(effort: Effort, work: Contestant, against: Contestant, pieces = 1): Outcome {
  const timesOfWork = warmUp(effort, work);
  const timesOfAgainst = warmUp(effort, against);
  const ratios: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const ours = nanosOf(work, timesOfWork);
    ratios.push(ours / nanosOf(against, timesOfAgainst));
    nanos.push(ours / pieces);
  }
  return { ratio: median(ratios), ns: median(nanos) };
}

/** The same for work that goes on behind the turn in which it is begun. */
export async function raceInTurns(
  effort: Effort,
  work: (times: number) => Promise<void>,
  against: (times: number) => Promise<void>,
  pieces = 1,
): Promise<Outcome> {
  const timesOfWork = await warmUpInTurns(effort, work);
  const timesOfAgainst = await warmUpInTurns(effort, against);
  const ratios: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const ours = await nanosInTurns(work, timesOfWork);
    ratios.push(ours / (await nanosInTurns(against, timesOfAgainst)));
    nanos.push(ours / pieces);
  }
  return { ratio: median(ratios), ns: median(nanos) };
}

async function warmUpInTurns({ warmUpMs, sampleMs }: Effort, work: (times: number) => Promise<void>): Promise<number> {
  const until = performance.now() + warmUpMs;
  let times = 1;
  for (;;) {
    const millis = ((await nanosInTurns(work, times)) * times) / 1e6 || 1e-3;
    if (performance.now() > until && millis >= sampleMs / 2)
      return Math.max(1, Math.round((times * sampleMs) / millis));
    if (millis < sampleMs / 2) times *= 2;
  }
}

async function nanosInTurns(work: (times: number) => Promise<void>, times: number): Promise<number> {
  const start = busyNanos();
  await work(times);
  return (busyNanos() - start) / times;
}

/** Runs until compiled, and finds how many times fill a sample. */
function warmUp({ warmUpMs, sampleMs }: Effort, contestant: Contestant): number {
  const until = performance.now() + warmUpMs;
  let times = 1;
  for (;;) {
    const millis = (nanosOf(contestant, times) * times) / 1e6 || 1e-3; // the clock of an instant may stand still
    if (performance.now() > until && millis >= sampleMs / 2) {
      return Math.max(1, Math.round((times * sampleMs) / millis));
    }
    if (millis < sampleMs / 2) times *= 2;
  }
}

/** Nanoseconds of one time. */
function nanosOf(contestant: Contestant, times: number): number {
  const start = busyNanos();
  contestant(times);
  return (busyNanos() - start) / times;
}

/** Processor time this process has taken, where that can be known: programs beside it do not count then. */
export function busyNanos(): number {
  if (typeof process === 'undefined') return performance.now() * 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
