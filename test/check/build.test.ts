import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT, Tree } from './tree.ts';

const FILES = 400; // deleting them takes long enough to be seen

let tree: Tree;
beforeEach(() => {
  tree = new Tree({});
  tree.link('node_modules');
  mkdirSync(join(tree.folder, 'scripts'));
  const copied = [
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
    'scripts/lean.mjs',
    'scripts/module-facts.mjs',
  ];
  for (const file of copied) copyFileSync(join(ROOT, file), join(tree.folder, file));
  write('one');
});
afterEach(() => tree.remove());

/** A library whose every file says which version it is. */
function write(version: string): void {
  const names = Array.from({ length: FILES }, (_, i) => i);
  tree.write(Object.fromEntries(names.map((i) => [`src/part/f${i}.ts`, `export const f${i} = '${version}';\n`])));
}

/** The versions whose files are in dist/, and how many there are; undefined when there is none. */
function dist(): { files: number; versions: string[] } | undefined {
  try {
    const folder = join(tree.folder, 'dist/part');
    const names = readdirSync(folder);
    const versionOf = (name = ''): string => /one|two/.exec(readFileSync(join(folder, name), 'utf8'))?.[0] ?? '?';
    const ends = [versionOf(names[0]), versionOf(names.at(-1))];
    if (versionOf(names[0]) !== ends[0]) return dist(); // it was replaced while it was looked at
    return { files: names.length, versions: [...new Set(ends)] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns exit code and process id */
async function build(look: () => void = () => undefined): Promise<{ code: number; pid: number | undefined }> {
  const child = spawn(process.execPath, ['scripts/build.mjs', '--library'], { cwd: tree.folder });
  const ended = once(child, 'close') as Promise<[number]>;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    look();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { code: (await ended)[0], pid: child.pid };
}

it('[B1] appears at once: whoever looks finds the last build or the next, never half of one', async () => {
  const seen = new Set<string>();
  const look = (): void => void seen.add(JSON.stringify(dist() ?? 'nothing'));
  expect((await build(look)).code).toBe(0);
  const one = { files: FILES * 2, versions: ['one'] };
  expect(dist()).toEqual(one);
  expect([...seen].filter((state) => state !== '"nothing"' && state !== JSON.stringify(one))).toEqual([]);

  write('two');
  seen.clear();
  expect((await build(look)).code).toBe(0);
  const two = { files: FILES * 2, versions: ['two'] };
  expect(dist()).toEqual(two);
  const states = ['"nothing"', JSON.stringify(one), JSON.stringify(two)];
  expect([...seen].filter((state) => !states.includes(state))).toEqual([]);
}, 120_000);

it('[B1] appears not at all when it fails: the last build stays, and nothing lies about', async () => {
  expect((await build()).code).toBe(0);
  tree.write({ 'src/part/f7.ts': "export const f7: number = 'two';\n" });
  const { code, pid } = await build();
  expect(code).not.toBe(0);
  expect(dist()).toEqual({ files: FILES * 2, versions: ['one'] });
  const cache = readdirSync(join(ROOT, 'node_modules/.cache/spacetick'));
  expect(cache.filter((name) => name.endsWith(`-${pid}`))).toEqual([]);
}, 120_000);
