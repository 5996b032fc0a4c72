import { lots, shipsOf } from './arena.ts';
import { applied, TABLE_ROWS, transactions } from './client/bytes.ts';
import { coldNanos, coldStart } from './client/cold.ts';
import { ours } from './client/ours.ts';
import { type Contender, type Contestants, filled, official, snapshotOf } from './client/rival.ts';
import type { Line } from './line.ts';
import { type Effort, median, type Outcome, race, raceInTurns, sink } from './race.ts';

// Beside SpacetimeDB's own client, on the same bytes of v2.bsatn.spacetimedb. Run only when it is named.

const THEIRS = "SpacetimeDB's client 2.10.1";

if (process.argv[2] === '--cold') await coldStart(process.argv[3]!, Number(process.argv[4]));

export async function measure(effort: Effort): Promise<Line[]> {
  const [mine, closures, theirs] = [await ours(), await ours('closures'), await official()];
  return [
    await updates(effort, mine, theirs, 1000, 'ship', 'same', 4),
    await updates(effort, mine, theirs, 10, 'ship', 'same', 4),
    await updates(effort, mine, theirs, 1000, 'ship', 'other', undefined),
    await updates(effort, closures, theirs, 1000, 'ship', 'same', undefined, ', closures only'),
    await updates(effort, closures, theirs, 10, 'ship', 'same', undefined, ', closures only'),
    await updates(effort, mine, theirs, 1000, 'drift', 'same', 6),
    await warm(effort, mine, theirs),
    await cold(effort),
    await find(effort, mine, theirs),
    await heap(effort, mine, theirs),
  ];
}

/** How many times as fast, where a race says how many times as long. */
function speed({ ratio, ns }: Outcome): Pick<Line, 'ratio' | 'ns' | 'unit' | 'isSpeed'> {
  return { ratio: 1 / ratio, ns, unit: 'x', isSpeed: true };
}

async function updates(
  effort: Effort,
  mine: Contestants,
  theirs: Contestants,
  rows: number,
  table: 'ship' | 'drift',
  order: 'same' | 'other',
  reach: number | undefined,
  note = '',
): Promise<Line> {
  const runner = async (contestants: Contestants) => {
    const made = await filled(contestants, table, shipsOf(TABLE_ROWS, 1));
    const payloads = transactions(table, made.querySetId, rows, order);
    let next = 0;
    return async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) {
        made.receive(payloads[next]!);
        next = (next + 1) % payloads.length;
      }
      await made.settle();
      if (made.count(table) !== BigInt(TABLE_ROWS)) throw new Error(`${made.count(table)} rows are left.`);
    };
  };
  const outcome = await raceInTurns(effort, await runner(mine), await runner(theirs), rows);
  const what = table === 'ship' ? 'updates' : 'rows out and in, no primary key';
  const kind = order === 'other' ? ', listed in another order' : note;
  return {
    work: `transaction of ${rows} ${what}${kind}, table of 10,000`,
    against: THEIRS,
    ...speed(outcome),
    reach,
    reason: 'reading the rows, the cache and the listeners',
  };
}

async function warm(effort: Effort, mine: Contestants, theirs: Contestants): Promise<Line> {
  const ships = shipsOf(TABLE_ROWS, 1);
  const payloads = [applied('ship', 0, ships), applied('ship', 1, ships)];
  const runner = (contestants: Contestants) => async (times: number) => {
    for (let n = 0; n < times; n++) {
      await snapshotOf(contestants, 'ship', ({ querySetId }) => payloads[querySetId]!, TABLE_ROWS);
    }
  };
  const outcome = await raceInTurns(effort, runner(mine), runner(theirs), TABLE_ROWS);
  return {
    work: 'first subscription of 10,000 rows, warm',
    against: THEIRS,
    ...speed(outcome),
    reach: 2,
    reason: 'reading the rows and filling the cache',
  };
}

async function cold({ isQuick }: Effort): Promise<Line> {
  const rows = isQuick ? 100 : TABLE_ROWS;
  const payloads = [0, 1].map((querySetId) => applied('ship', querySetId, shipsOf(rows)));
  const ratios: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 9); round++) {
    const mine = await coldNanos('ours', rows, payloads);
    ratios.push((await coldNanos('official', rows, payloads)) / mine);
    nanos.push(mine / rows);
  }
  return {
    work: 'first subscription of 10,000 rows, a fresh process each',
    against: THEIRS,
    ratio: median(ratios),
    ns: median(nanos),
    unit: 'x',
    isSpeed: true,
    reach: 4,
    reason: 'nothing is compiled yet: what is run once is run slowly',
  };
}

async function find(effort: Effort, mine: Contestants, theirs: Contestants): Promise<Line> {
  const random = lots(3);
  const ids = Uint32Array.from({ length: 1024 }, () => Math.floor(random() * TABLE_ROWS));
  const finder = (made: Contender) => {
    let next = 0;
    return (times: number): void => {
      let kinds = 0;
      for (let n = 0; n < times; n++) kinds += made.find(ids[next++ & 1023]!).kind;
      sink.value = kinds;
    };
  };
  const ships = shipsOf(TABLE_ROWS, 1);
  const outcome = race(effort, finder(await filled(mine, 'ship', ships)), finder(await filled(theirs, 'ship', ships)));
  return {
    work: 'find by primary key, table of 10,000',
    against: THEIRS,
    ...speed(outcome),
    reach: 1000,
    reason: 'the handle and the Map',
  };
}

async function heap({ isQuick }: Effort, mine: Contestants, theirs: Contestants): Promise<Line> {
  const rows = isQuick ? 1000 : 100_000;
  const ratios: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 3); round++) {
    ratios.push((await retained(mine, rows)) / (await retained(theirs, rows)));
  }
  return {
    work: 'heap retained for a cached row',
    against: THEIRS,
    ratio: median(ratios),
    unit: 'x',
    reach: 0.75,
    reason: 'the row objects themselves',
    ns: undefined,
  };
}

async function retained(contestants: Contestants, rows: number): Promise<number> {
  const empty = await contestants.connect();
  const before = usedBytes();
  const full = await filled(contestants, 'ship', shipsOf(rows, 1));
  const [next] = transactions('ship', full.querySetId, 10, 'same');
  full.receive(next!); // neither is charged for the snapshot's bytes, which it may hold until something else comes
  await full.settle();
  const after = usedBytes();
  if (empty.count('ship') !== 0n || full.count('ship') !== BigInt(rows)) throw new Error('never: keeps both alive');
  return (after - before) / rows;
}

/** Heap in use after everything unreachable is gone. */
function usedBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run node with --expose-gc, as scripts/bench.mjs does.');
  for (let n = 0; n < 3; n++) gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
