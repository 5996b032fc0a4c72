import { afterEach, describe, expect, it } from 'vitest';
import { FuzzHost } from './fuzz-host.ts';
import { HonestPlayer, inTime } from './honest-player.ts';
import { ACTIONS, ADDITIONS, REFUSED } from './programs.ts';

const PATIENCE = { timeout: 120_000 };
const MAX_GROWTH = 32 * 1024 * 1024;

let host: FuzzHost | undefined;

afterEach(async () => {
  expect(await host?.close()).toEqual({ code: 0, stderr: '' });
  host = undefined;
});

async function call(name: string): Promise<readonly [status: number, text: string]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await inTime(
    fetch(`${host!.url}/v1/database/${name}/call/act`, { method: 'POST', body: '[]', headers }),
  );
  return [answer.status, await answer.text()];
}

describe('programs', PATIENCE, () => {
  it('[F3] that cannot be loaded are refused with a reason, while somebody plays', async () => {
    host = await FuzzHost.start();
    const honest = await HonestPlayer.join(host.url);
    const before = await host.held();
    for (const [what, [program, reason]] of Object.entries(REFUSED)) {
      const answer = await inTime(host.publish('hold', program));
      const text = await answer.text();
      expect([what, answer.status], text).toEqual([what, 400]);
      expect(text, what).toMatch(reason);
      expect(text, what).not.toContain('The host failed');
      expect((await fetch(`${host.url}/v1/database/hold`)).status, what).toBe(404);
    }
    await honest.stop();
    expect((await host.held()) - before).toBeLessThan(MAX_GROWTH);
  });

  it('[F3] whose functions misbehave are answered for, while somebody plays', async () => {
    host = await FuzzHost.start();
    const honest = await HonestPlayer.join(host.url);
    const before = await host.held();
    for (const [what, [program, reason]] of Object.entries(ACTIONS)) {
      const published = await host.publish('hold?clear=true', program);
      expect([what, published.status, await published.text()]).toEqual([what, 200, expect.any(String)]);
      for (let i = 0; i < 2; i++) {
        const [status, text] = await call('hold');
        if (reason === undefined) expect([what, status], text).toEqual([what, i === 0 ? 200 : status]);
        else {
          expect([what, status], text).toEqual([what, 530]);
          expect(text.slice(0, 1000), what).toMatch(reason);
        }
      }
    }
    await honest.stop();
    expect(honest.calls).toBeGreaterThan(5);
    expect((await host.held()) - before).toBeLessThan(MAX_GROWTH);
  });

  it.each(Object.entries(ADDITIONS))('[F3] that add something of their own: %s', async (_where, addition) => {
    host = await FuzzHost.start();
    const honest = await HonestPlayer.join(host.url);
    await honest.plays(20);
    const program = `${addition}
      const { schema, table, t } = require('spacetick/server');
      const hold = schema({ crate: table({ name: 'crate', public: true }, { id: t.u32().primaryKey() }) });
      exports.default = hold;
      exports.act = hold.reducer((ctx) => { ${addition} });`;
    const published = await host.publish('hold', program);
    expect([published.status, await published.text()]).toEqual([200, expect.any(String)]);
    expect(await call('hold')).toEqual([200, '']);
    const late = await HonestPlayer.join(host.url);
    await Promise.all([honest.plays(20), late.plays(20)]);
    await honest.stop();
    await late.stop();
  });
});
