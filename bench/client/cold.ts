import { fork } from 'node:child_process';
import { shipsOf } from '../arena.ts';
import { busyNanos } from '../race.ts';
import { applied } from './bytes.ts';
import { ours } from './ours.ts';
import { official } from './rival.ts';

/** Nanoseconds that a client takes for its first snapshot, in a process that has done nothing before. */
export function coldNanos(client: string, rows: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // The bundle runs again: `filename` is that of what runs, unlike `url`, which is that of the source.
    const child = fork(import.meta.filename, ['--cold', client, String(rows)], { execArgv: ['--expose-gc'] });
    child.on('message', (nanos) => resolve(nanos as number));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`A cold start of ${client} ended with code ${code}.`)));
  });
}

/** In the child: measures, and tells the parent. */
export async function coldStart(client: string, rows: number): Promise<void> {
  const contestants = client === 'official' ? await official() : await ours();
  const made = await contestants.connect();
  const payload = applied('ship', made.querySetId, shipsOf(rows));
  const start = busyNanos();
  made.receive(payload);
  await made.settle();
  const nanos = busyNanos() - start;
  if (made.count('ship') !== BigInt(rows) || made.heard() !== rows) throw new Error('The snapshot was not applied.');
  process.send?.(nanos, () => process.exit());
}
