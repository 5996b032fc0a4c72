import { afterAll, describe, expect, it } from 'vitest';
import { Desk, orbs } from './command.ts';

const desk = new Desk();
afterAll(() => desk.clear());

describe('build', { timeout: 120_000 }, () => {
  it('[CL50] builds a bundle that can be published', async () => {
    const host = await desk.start('-l', '0', '--in-memory');
    desk.write('bundled/spacetimedb/src/index.ts', orbs());
    const built = await desk.run('build', '--project-path', 'bundled/spacetimedb', '-d');
    expect(built).toEqual({
      code: 0,
      out: ['Wrote bundled/spacetimedb/dist/bundle.js', 'Build finished successfully.'],
      err: [],
    });
    const published = await desk.run('publish', 'bundled', '-s', host.url, '-j', 'bundled/spacetimedb/dist/bundle.js');
    expect(published.code).toBe(0);
    desk.write('bundled/spacetimedb/src/index.ts', 'export const = 1;');
    const broken = await desk.run('build', '-p', 'bundled/spacetimedb');
    expect(broken).toMatchObject({ code: 1, out: [], err: [expect.stringMatching(/src\/index\.ts:1:14: /)] });
    await host.stop();
  });
});
