import { describe, expect, it } from 'vitest';
import { runScript, Tree } from './tree.ts';

/** What the room checker says of a tree. */
function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const tree = new Tree(files);
  const { lines, errors, code } = runScript('rooms.mjs', tree.folder);
  tree.remove();
  expect(errors).toBe('');
  expect(code).toBe(lines.length === 0 ? 0 : 1);
  return lines;
}

const GOOD = {
  'src/values/hull.ts': 'export interface Hull { readonly hp: number }\n',
  'src/schema/ship.ts':
    "import type { Hull } from '../values/hull.ts';\nexport const ship = (hull: Hull) => hull.hp;\n",
  'src/client/index.ts':
    "import { decode } from '@msgpack/msgpack';\nexport { ship } from '../schema/ship.ts';\nexport { decode };\n",
  'src/client/node/index.ts':
    "import { WebSocket } from 'ws';\nimport { readFile } from 'node:fs/promises';\nexport { readFile, WebSocket };\n",
  'src/game/scene.ts':
    "import { ship } from 'spacetick';\nimport { DbConnection } from '../../bindings';\nimport url from '../../assets/ship.png?url';\n" +
    "import { hud } from './hud.ts';\nexport const scene = [ship, DbConnection, url, hud, document.title];\n",
  'src/game/hud.ts': 'export const hud = 1;\n',
  'src/game/module/index.ts': "import { schema } from 'spacetick/server';\nexport default schema({});\n",
};

describe('rooms', () => {
  it('[K1][K2][K3][K4][K5][K6][K7][K9] has nothing to say of a house in order', () => {
    expect(problemsOf(GOOD)).toEqual([]);
  });

  it('[K1] a folder that is no room, a file in no room', () => {
    expect(problemsOf({ 'src/utils/math.ts': 'export {};', 'src/math.ts': 'export {};' })).toEqual([
      'src/math.ts:1: is in no room of the table; move it into one, or add the room to DESIGN and scripts/room-table.mjs',
      'src/utils/math.ts:1: is in no room of the table; move it into one, or add the room to DESIGN and scripts/room-table.mjs',
    ]);
  });

  it('[K2] an import up the table, of types and in every form', () => {
    const forms = [
      "import { tick } from '../client/tick.ts';",
      "import type { Tick } from '../client/tick.ts';",
      "export { tick } from '../client/tick.ts';",
      "export const later = () => import('../client/tick.ts');",
      "export type Later = import('../client/tick.ts').Tick;",
    ];
    const files = { 'src/client/tick.ts': 'export const tick = 1; export type Tick = 1;' };
    expect(problemsOf({ ...files, 'src/wire/frame.ts': forms.join('\n') })).toEqual(
      forms.map((_, i) => {
        return `src/wire/frame.ts:${i + 1}: imports '../client/tick.ts': room wire may import schema, values, not client`;
      }),
    );
    expect(problemsOf({ 'src/values/a.ts': "import '../schema/b.ts';", 'src/schema/b.ts': '' })[0]).toContain(
      'room values may import nothing, not schema',
    );
    // The Phaser layer knows the client only.
    expect(problemsOf({ ...GOOD, 'src/phaser/a.ts': "import type { Hull } from '../values/hull.ts';" })).toHaveLength(
      1,
    );
  });

  it('[K3] paths without extension, to nothing, and out of src', () => {
    const lines = ["import './tick';", "import './gone.ts';", "import '../../scripts/x.ts';", "import 'spacetick';"];
    expect(problemsOf({ 'src/client/a.ts': lines.join('\n'), 'src/client/tick.ts': '' })).toEqual([
      "src/client/a.ts:1: imports './tick', which is not there: paths end in the file's extension",
      "src/client/a.ts:2: imports './gone.ts', which is not there: paths end in the file's extension",
      "src/client/a.ts:3: imports '../../scripts/x.ts', outside src/",
      "src/client/a.ts:4: imports 'spacetick': inside the package use relative paths",
    ]);
  });

  it('[K3] names of package.json "imports": what they stand for counts', () => {
    const manifest = (imports: object) => ({ 'package.json': JSON.stringify({ imports }) });
    const imports = { '#sea': { node: './src/client/node/sea.ts', default: './src/game/sea.ts' } };
    const files = { 'src/client/node/sea.ts': "import '../a.ts';", 'src/game/sea.ts': '' };
    const a = { 'src/client/a.ts': "import '#sea';\nimport '#gone';" };
    expect(problemsOf({ ...manifest(imports), ...files, ...a })).toEqual([
      "src/client/a.ts:1: imports '../game/sea.ts': room client may import wire, schema, values, not game",
      'src/client/a.ts:2: imports \'#gone\', which is not a name of package.json "imports"',
      'src/client/a.ts:1: imports run in a circle: client/a.ts -> client/node/sea.ts -> client/a.ts',
    ]);
  });

  it('[K4] the game reaching into the package', () => {
    expect(problemsOf({ ...GOOD, 'src/game/a.ts': "import '../client/index.ts';\nimport '../../test/x.ts';" })).toEqual(
      [
        "src/game/a.ts:1: imports '../client/index.ts' by path: the game knows the package by its name, 'spacetick/...'",
        "src/game/a.ts:2: imports '../../test/x.ts', outside src/",
      ],
    );
  });

  it("[K5] Node's modules outside their places", () => {
    const lines = "import 'node:fs';\nimport fs from 'fs';\nimport 'ws';\nexport { fs };";
    for (const folder of ['host', 'client', 'game', 'phaser']) {
      expect(problemsOf({ [`src/${folder}/a.ts`]: lines })).toHaveLength(3);
    }
    for (const folder of ['host/node', 'client/node', 'cli', 'vite']) {
      expect(problemsOf({ [`src/${folder}/a.ts`]: lines })).toEqual([]);
    }
  });

  it('[K6] names of a platform where code runs anywhere', () => {
    const text = [
      'export const a = () => document.title;',
      'export const b = (page: Window) => page;',
      'export const c = () => globalThis.localStorage;',
      "export const d = Buffer.from('');",
      '// document, window',
      "export const e = { document: 1, window: () => 'process' };",
      'export const f = (process: { document: 1 }) => process.document;',
    ].join('\n');
    const expected = ['document', 'Window', 'localStorage', 'Buffer'].map((name, i) => {
      return `src/host/a.ts:${i + 1}: uses ${name}, which not every platform has: pass it in as a seam`;
    });
    expect(problemsOf({ 'src/host/a.ts': text, 'src/host/browser/a.ts': text, 'src/phaser/a.ts': text })).toEqual(
      expected,
    );
  });

  it('[K7] packages that a user would not have', () => {
    expect(problemsOf({ 'src/client/a.ts': "import 'vitest';\nimport '@msgpack/msgpack/x';" })).toEqual([
      "src/client/a.ts:1: imports 'vitest', which is no dependency of the package: whoever installs it would lack it",
    ]);
    expect(problemsOf({ 'src/vite/a.ts': "import 'vite';" })).toEqual([]);
  });

  it('[K8] circles, of values and not of types', () => {
    const circle = { 'src/client/a.ts': "import './b.ts';", 'src/client/b.ts': "import './c.ts';" };
    expect(problemsOf({ ...circle, 'src/client/c.ts': "import { a } from './a.ts';\nexport { a };" })).toEqual([
      'src/client/a.ts:1: imports run in a circle: client/a.ts -> client/b.ts -> client/c.ts -> client/a.ts',
    ]);
    expect(
      problemsOf({ ...circle, 'src/client/c.ts': "import type { A } from './a.ts';\nexport type { A };" }),
    ).toEqual([]);
  });

  it('[K9][K10] default exports and export *', () => {
    const text = "export * from './b.ts';\nexport { x as default } from './b.ts';\n";
    expect(problemsOf({ 'src/client/index.ts': text, 'src/client/b.ts': 'export const x = 1;' })).toEqual([
      "src/client/index.ts:1: export * from './b.ts': list the names",
      'src/client/index.ts:2: has a default export: export it by name',
    ]);
    expect(problemsOf({ 'src/cli/a.ts': 'export default 1;' })).toEqual([
      'src/cli/a.ts:1: has a default export: export it by name',
    ]);
  });

  it('[K11] a file that does not parse', () => {
    expect(problemsOf({ 'src/client/a.ts': '\nexport const = 1;' })[0]).toMatch(/^src\/client\/a\.ts:2: /);
  });

  it('[K12] nothing of the projects that init writes', () => {
    expect(problemsOf({ 'src/cli/templates/a/src/main.ts': "import { a } from './not-there';" })).toEqual([]);
    expect(problemsOf({ 'src/cli/tasks/a.ts': "import { a } from './not-there.ts';" })).toHaveLength(1);
  });
});
