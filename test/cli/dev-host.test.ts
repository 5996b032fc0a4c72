import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { join, relative } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isThere, notedDevHost } from '../../src/cli/dev-host.ts';
import { orbsModule, Project } from '../vite/project.ts';
import { Desk } from './command.ts';

const NOBODY = 'http://127.0.0.1:1';
const desk = new Desk();
const project = new Project();
afterAll(async () => {
  await project.clear();
  desk.clear();
});

const run = (...args: string[]) => desk.within(relative(desk.folder, project.folder), ...args);
const serverIs = (server: string) => project.write('spacetime.json', JSON.stringify({ database: 'orbs', server }));

it('[CL115] commands that ask find the host inside Vite, as its owner', { timeout: 120_000 }, async () => {
  project.write('module/index.ts', orbsModule());
  const { server, url } = await project.start();
  serverIs(NOBODY);
  const note = [`Using the host inside Vite: ${url}`];
  expect(await run('call', 'drop', '7')).toEqual({ code: 0, out: [], err: note });
  expect((await run('sql', 'SELECT id FROM orb')).out).toEqual([' id', '----', ' 7']);
  const logs = await run('logs', '--server', url.replace('127.0.0.1', 'localhost'));
  expect([logs.err, logs.out.at(-1)]).toEqual([[], expect.stringMatching(/drop: dropped 7$/)]);
  expect((await run('list')).out.at(-1)).toMatch(/^ orbs +\| c200/);
  // Others go where they are told.
  expect((await run('delete', '--yes')).err[0]).toMatch(
    /^Error: Nobody answers at http:\/\/127\.0\.0\.1:1\. .*spacetick start$/,
  );
  expect((await run('sql', 'orbs', 'SELECT 1', '-s', NOBODY)).err[0]).toMatch(/spacetick start$/);

  const other = await desk.start('-l', '0', '--in-memory');
  serverIs(other.url);
  expect((await run('sql', 'SELECT id FROM orb')).err).toEqual(note);
  await other.stop();

  const written = project.read('.spacetick/dev-host.json');
  await server.close();
  expect(() => project.read('.spacetick/dev-host.json')).toThrow(/ENOENT/);

  // As after a kill, and now a stranger is at that address, or nobody says anything there.
  const shown: unknown[] = [];
  const stranger = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.end('{}');
  });
  const silent = createSocketServer();
  for (const other of [stranger, silent]) {
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const note = { ...JSON.parse(written), url: `http://127.0.0.1:${port}` };
    writeFileSync(join(project.folder, '.spacetick/dev-host.json'), JSON.stringify(note));
    expect(await isThere(notedDevHost(project.folder)!)).toBe(false);
    const alone = await run('sql', '--anonymous', 'SELECT id FROM orb');
    expect([alone.code, alone.errorCode]).toEqual([1, 'E_UNREACHABLE']);
    expect(alone.err[0]).toMatch(
      /^Error: Nobody answers at .* A host inside Vite .*: --server http:\/\/localhost:5173$/,
    );
  }
  stranger.close();
  silent.close();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((token) => token !== undefined)).toEqual([]);
  project.write('.spacetick/dev-host.json', JSON.stringify({ url: 'http://203.0.113.9:5173', token: 'a.b.c' }));
  expect(notedDevHost(project.folder)).toBeUndefined(); // of another machine
});
