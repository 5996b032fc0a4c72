import { expect, it, vi } from 'vitest';
import { SpacetickError } from '../../src/client/index.ts';
import { tableDefsOf } from '../../src/schema/index.ts';
import { plainCodecOf } from '../../src/values/index.ts';
import { v2Protocol, v3Protocol, type WireTable } from '../../src/wire/index.ts';
import { pick, randomOf } from '../random.ts';
import { FuzzHost } from './fuzz-host.ts';
import { lagoonBuilder } from './lagoon.ts';
import { mutated } from './mutate.ts';
import { announce, SEED, shown } from './seed.ts';
import { record } from './traffic.ts';

// What decoders.test.ts does with messages of a host, with the row lists of the lean build.

vi.mock('../../src/client/cache/table.ts', () => import('../../src/client/cache/lean-table.ts'));
vi.mock('../../src/wire/bsatn/deltas.ts', () => import('../../src/wire/bsatn/lean-deltas.ts'));

const LONG_MS = 1000; // of processor time, for messages of a few kB

it('[X9] row lists of the lean build are read, or are an error that says so', async () => {
  const host = await FuzzHost.start();
  const said = await Promise.all([v3Protocol, v2Protocol].map((protocol) => record(host.url, [protocol])));
  expect(await host.close()).toEqual({ code: 0, stderr: '' });
  const conn = lagoonBuilder('http://127.0.0.1:3000')
    .withPlatform({ socket: () => ({ send() {}, close() {} }) as never })
    .build();
  const tables = new Map(
    tableDefsOf(conn.remoteModule.tables).map((def) => [
      def.name,
      { def, codec: plainCodecOf(def.rowType) as unknown as WireTable['codec'] },
    ]),
  );
  conn.disconnect();
  const count = announce(10_000, 'payloads for the decoders of the lean build');
  const random = randomOf(SEED);
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const { protocol, received } = pick(random, said);
    const bodies = received.map((bytes) => bytes.subarray(1));
    const bytes = mutated(pick(random, bodies), random, bodies);
    const where = () => `payload ${i} of seed ${SEED}: ${shown(bytes)}`;
    const started = process.cpuUsage();
    try {
      protocol.decode(bytes, tables);
    } catch (error) {
      refused++;
      expect(error, where()).toBeInstanceOf(SpacetickError);
      expect((error as SpacetickError).code, where()).toMatch(/^E_(WIRE|VALUE)/);
    }
    expect(process.cpuUsage(started).user / 1000, where()).toBeLessThan(LONG_MS);
  }
  expect(refused).toBeGreaterThan(count / 10);
  expect(refused).toBeLessThan(count);
});
