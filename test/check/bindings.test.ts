import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { EMPTY_MODULE, resolveTables, table } from '../../src/schema/index.ts';
import { t } from '../../src/values/index.ts';
import { runScript, Tree } from './tree.ts';

const MODULE = `
import { schema, table, t } from '../../module/index.ts';
export default schema({ orb: table({ public: true }, { id: t.u32().primaryKey() }) });
`;

const tree = new Tree({});
for (const room of ['values', 'schema', 'module', 'codegen']) tree.link(`src/${room}`);
afterAll(() => tree.remove());

const problems = () => runScript('bindings.mjs', tree.folder);

describe('stale bindings', () => {
  it('[C2] there are none before there is a module', () => {
    expect(problems()).toEqual({ lines: [], errors: '', code: 0 });
  });

  it('[C2] missing, changed and left-over files are named', () => {
    tree.write({ 'src/game/module/index.ts': MODULE });
    mkdirSync(join(tree.folder, 'bindings'));
    expect(problems().lines).toContain('bindings/orb_table.ts is missing');
    expect(problems().code).toBe(1);

    const orb = table({ public: true }, { id: t.u32().primaryKey() });
    const files = generateBindings({ ...EMPTY_MODULE, tables: resolveTables({ orb }) });
    tree.write(Object.fromEntries(files.map(({ path, text }) => [`bindings/${path}`, text])));
    expect(problems()).toEqual({ lines: [], errors: '', code: 0 });

    tree.write({
      'bindings/orb_table.ts': `${files[0]!.text}// edited`,
      'bindings/ship_table.ts': files[0]!.text,
      'bindings/notes.md': 'mine',
    });
    expect(problems().lines).toEqual([
      'bindings/orb_table.ts is not what the module gives',
      'bindings/ship_table.ts is of no table or reducer any more',
      'Run: npx spacetick generate',
    ]);
  });
});
