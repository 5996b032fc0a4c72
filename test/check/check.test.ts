import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { EMPTY_MODULE, resolveTables, table } from '../../src/schema/index.ts';
import { t } from '../../src/values/index.ts';
import { runScript, Tree } from './tree.ts';

/** A module that no type is checked of: the rooms it needs stand in the tree as links, which the compiler leaves out. */
const MODULE = `// @ts-nocheck
import { schema, table, t } from "../../module/index.ts";

export default schema({ orb: table({ public: true }, { id: t.u32().primaryKey() }) });
`;
const SHIP = 'export const hull: number = 3;\n';

let tree: Tree;
afterEach(() => tree.remove());

/** A small repository with nothing wrong in it. */
function repository(): Tree {
  const made = new Tree({
    'biome.json': `{
  "formatter": { "indentStyle": "space" },
  "files": { "includes": ["src/game/**"] }
}
`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, types: [], module: 'ESNext', allowImportingTsExtensions: true },
      files: ['src/game/ship.ts'],
    }),
    'src/game/ship.ts': SHIP,
    '.gitignore': 'node_modules\n',
  });
  execFileSync('git', ['init', '--quiet'], { cwd: made.folder });
  return made;
}

/** Names of the checks that fail, and everything that is said. */
function check(): { failed: string[]; said: string; code: number | null } {
  const { lines, errors, code } = runScript('check.mjs', tree.folder);
  expect(errors).toBe('');
  const failed = lines.flatMap((line) => /^FAILED {2}(.+?) {2,}/.exec(line)?.[1] ?? []);
  return { failed, said: lines.join('\n'), code };
}

it('[C1] says of each check that it is in order', () => {
  tree = repository();
  expect(check()).toEqual({
    failed: [],
    said: expect.stringMatching(/^(ok +(types|lint and format|rooms|bindings|bundle size) +[\d.]+ s.*\n?){5}$/),
    code: 0,
  });
});

it.each([
  ['types', 'a type error', { 'src/game/ship.ts': 'export const hull: number = "three";\n' }, /TS2322/],
  ['lint and format', 'a lint error', { 'src/game/ship.ts': `${SHIP}debugger;\n` }, /noDebugger/],
  ['lint and format', 'a format error', { 'src/game/ship.ts': 'export const hull:number=3\n' }, /format/],
  ['rooms', 'a file in no room', { 'src/ship.ts': SHIP }, /src\/ship\.ts:1: is in no room/],
])('[C1] %s fails on %s, and nothing else does', (name, _what, files, reason) => {
  tree = repository();
  tree.write(files);
  const { failed, said, code } = check();
  expect([failed, code]).toEqual([[name], 1]);
  expect(said).toMatch(new RegExp(`\n--- ${name}\n`));
  expect(said).toMatch(reason);
});

it('[C1] [C2] bindings fails on stale bindings', () => {
  tree = repository();
  for (const room of ['values', 'schema', 'module', 'codegen']) tree.link(`src/${room}`);
  tree.write({ 'src/game/module/index.ts': MODULE });
  const orb = table({ public: true }, { id: t.u32().primaryKey() });
  const files = generateBindings({ ...EMPTY_MODULE, tables: resolveTables({ orb }) });
  tree.write(Object.fromEntries(files.map(({ path, text }) => [`bindings/${path}`, text])));
  expect(check().failed).not.toContain('bindings');
  tree.write({ 'bindings/orb_table.ts': 'export {};\n' });
  const { failed, said, code } = check();
  expect([failed, code]).toEqual([expect.arrayContaining(['bindings']), 1]);
  expect(said).toContain('bindings/orb_table.ts is not what the module gives');
});
