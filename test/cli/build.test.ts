import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Desk, orbs, ROOT } from './command.ts';

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

  it("[CL52] checks types with the project's own compiler", async () => {
    const server = join(ROOT, 'src/module/index.ts');
    const paths = { 'spacetick/server': [server] };
    const compilerOptions = { module: 'ESNext', target: 'ES2022', moduleResolution: 'bundler', strict: true, paths };
    const rest = { lib: ['ES2023', 'DOM'], allowImportingTsExtensions: true, noEmit: true, types: [] };
    desk.write(
      'typed/spacetimedb/tsconfig.json',
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...rest }, include: ['src'] }),
    );
    desk.write('typed/node_modules/readme', '');
    symlinkSync(join(ROOT, 'node_modules/typescript'), join(desk.folder, 'typed/node_modules/typescript'));
    const entry = 'typed/spacetimedb/src/index.ts';
    desk.write(entry, orbs('export const add = spacetimedb.reducer((ctx) => { ctx.db.orb.id.delete("one"); });\n'));
    const wrong = await desk.run('build', '-p', 'typed/spacetimedb');
    expect(wrong).toEqual({
      code: 1,
      errorCode: 'E_TYPES',
      out: [],
      err: [
        "Error: The module's types do not fit:",
        expect.stringMatching(
          /^ {2}typed\/spacetimedb\/src\/index\.ts:4:\d+: Argument of type 'string' is not assignable/,
        ),
      ],
    });
    expect(existsSync(join(desk.folder, 'typed/spacetimedb/dist'))).toBe(false);
    desk.write(entry, orbs());
    expect((await desk.run('build', '-p', 'typed/spacetimedb')).out).toEqual([
      'Checked types',
      'Wrote typed/spacetimedb/dist/bundle.js',
      'Build finished successfully.',
    ]);
  });
});
