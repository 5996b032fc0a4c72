import { fork } from 'node:child_process';
import { busyNanos } from '../race.ts';
import { ours } from './ours.ts';
import { official } from './rival.ts';

const SETTLED_MS = 100; // what the start of a process left to compilers and collectors is done by then

/**
 * Nanoseconds that a client takes for its first snapshot, in a process that has done nothing before: the snapshot was
 * made elsewhere, and only what it takes from the first byte to the last callback counts.
 * @param payloads the snapshot by the id of its query set
 */
export function coldNanos(client: string, rows: number, payloads: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // The bundle runs again: `filename` is that of what runs, unlike `url`, which is that of the source.
    const child = fork(import.meta.filename, ['--cold', client, String(rows)], {
      execArgv: ['--expose-gc'],
      serialization: 'advanced', // bytes as bytes
    });
    child.once('message', () => {
      child.once('message', (nanos) => resolve(nanos as number));
      child.send(payloads as Uint8Array[]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`A cold start of ${client} ended with code ${code}.`)));
  });
}

/** In the child: asks for the snapshot, measures, and tells the parent. */
export async function coldStart(client: string, rows: number): Promise<void> {
  const contestants = client === 'official' ? await official() : await ours();
  const made = await contestants.connect();
  const payloads = await new Promise<readonly Uint8Array[]>((resolve) => {
    process.once('message', (message) => resolve(message as Uint8Array[]));
    process.send!('ready');
  });
  // A buffer of its own, as a socket's message is: not a window into what other processes said.
  const payload = Uint8Array.from(payloads[made.querySetId]!);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const start = busyNanos();
  made.receive(payload);
  await made.settle();
  const nanos = busyNanos() - start;
  if (made.count('ship') !== BigInt(rows) || made.heard() !== rows) throw new Error('The snapshot was not applied.');
  process.send?.(nanos, () => process.exit());
}
