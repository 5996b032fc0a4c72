import { type ChildProcess, fork } from 'node:child_process';
import { type Answer, type Request, serveChat } from './chat/host.ts';
import { Talker } from './chat/talker.ts';
import type { Line } from './line.ts';
import type { Effort } from './race.ts';

// 50 clients that call send_message, one call after the other, each of them subscribed to everything.

const CLIENTS = 50;

if (process.argv[2] === '--host') await serveChat();

export async function measure({ isQuick }: Effort): Promise<Line[]> {
  const lines: Line[] = [];
  for (const protocol of ['v1.msgpack.spacetick', 'v2.bsatn.spacetimedb']) {
    lines.push(...(await run(protocol, isQuick ? 3 : CLIENTS, isQuick ? 100 : 6000)));
  }
  return lines;
}

async function run(protocol: string, clients: number, millis: number): Promise<Line[]> {
  const child = fork(import.meta.filename, ['--host']);
  try {
    const { url } = (await answer(child)) as { url: string };
    const talkers = await Promise.all(Array.from({ length: clients }, (_, n) => Talker.join(url, protocol, n)));
    await talkFor(talkers, millis / 3); // warms up
    for (const talker of talkers) talker.latencies.length = 0;
    ask(child, 'profile');
    const start = performance.now();
    await talkFor(talkers, millis);
    const seconds = (performance.now() - start) / 1000;
    ask(child, 'shares');
    const { shares } = (await answer(child)) as Extract<Answer, { shares: unknown }>;
    const latencies = talkers.flatMap((talker) => talker.latencies).sort((a, b) => a - b);
    const heard = talkers.map((talker) => talker.heard);
    if (Math.min(...heard) < latencies.length) throw new Error('A client was not told of a message.');
    for (const talker of talkers) talker.leave();
    const what = `${clients} clients, send_message over ${protocol}`;
    const report = { against: '-', reach: undefined, ns: undefined, reason: '' } as const;
    return [
      { ...report, work: `${what}: calls a second`, ratio: latencies.length / seconds, unit: '/s' },
      { ...report, work: `${what}: call to answer, p50`, ratio: at(latencies, 0.5), unit: 'ms' },
      { ...report, work: `${what}: call to answer, p99`, ratio: at(latencies, 0.99), unit: 'ms' },
      ...shares.map(([part, percent]) => ({
        ...report,
        work: `of the host's time: ${part}`,
        ratio: percent,
        unit: '%' as const,
      })),
    ];
  } finally {
    child.disconnect();
  }
}

async function talkFor(talkers: readonly Talker[], millis: number): Promise<void> {
  const until = performance.now() + millis;
  await Promise.all(talkers.map((talker) => talker.talkUntil(until)));
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ask(child: ChildProcess, request: Request): void {
  child.send(request);
}

function answer(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', (code) => reject(new Error(`The host ended with code ${code}.`)));
  });
}
