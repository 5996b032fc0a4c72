import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { obstacleAt } from '../../src/game/host-check.ts';

it('[W3] a host that takes a question and says nothing keeps nobody waiting', async () => {
  let silentAt = 0;
  let asked = 0;
  const host = createServer((_request, response) => {
    if (asked++ !== silentAt) response.end();
  });
  await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
  const limit = AbortSignal.timeout;
  const limits = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => limit.call(AbortSignal, ms / 30));
  try {
    const uri = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const obstacles: unknown[] = [];
    for (silentAt = 0; silentAt < 3; silentAt++) {
      asked = 0;
      obstacles.push(await obstacleAt({ uri, database: 'comet-run' }));
    }
    expect(obstacles).toEqual(['no host', undefined, undefined]);
    expect(new Set(limits.mock.calls.flat())).toEqual(new Set([3000]));
  } finally {
    limits.mockRestore();
    host.closeAllConnections();
    await new Promise((done) => host.close(done));
  }
});
