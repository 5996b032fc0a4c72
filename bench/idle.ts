import { connectedWith } from './connection.ts';
import type { Line } from './line.ts';
import { busyNanos, type Effort, median } from './race.ts';

const TICKS = 1_000_000;
const ROUNDS = 7;

/**
 * Bytes allocated by a tick in which nothing arrived. The young generation is larger than a million smallest objects
 * (`--max-semi-space-size`), so nothing is collected meanwhile and the heap's growth is all that was allocated.
 */
export async function measure({ isQuick }: Effort): Promise<Line[]> {
  const { conn } = await connectedWith(10_000);
  const ticks = isQuick ? 10_000 : TICKS;
  const run = (times: number) => {
    for (let n = 0; n < times; n++) conn.frameTick();
  };
  run(ticks);
  const bytes: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = busyNanos();
    run(ticks);
    nanos.push((busyNanos() - start) / ticks);
    // Looking at the heap takes some of it too.
    const looking = growth(() => run(0));
    bytes.push(Math.max(0, growth(() => run(ticks)) - looking) / ticks);
  }
  return [
    {
      work: 'idle tick: bytes allocated',
      against: '-',
      ratio: Math.min(...bytes), // a compiler at work beside it only adds
      unit: 'B',
      reach: 0,
      reason: 'something is made although nothing arrived',
      ns: median(nanos),
    },
  ];
}

function growth(work: () => void): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  work();
  return process.memoryUsage().heapUsed - before;
}
