import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, runScript, Tree } from './tree.ts';

const CACHE = join(ROOT, 'node_modules/.cache/spacetick');
const tree = new Tree({});
afterAll(() => tree.remove());

describe('run-source', () => {
  it('[R1] runs TypeScript with its arguments, this package being its source', () => {
    tree.write({
      'roll.ts': `
        import { t } from ${JSON.stringify(join(ROOT, 'src/module/index.ts'))};
        interface Line { readonly text: string }
        const line: Line = { text: process.argv.slice(2).join('+') };
        console.log(line.text, t.u8().algebraicType.tag);
      `,
      'fail.ts': "\n\nthrow new Error('no fuel' as string);\n",
    });
    expect(runScript('run-source.mjs', join(tree.folder, 'roll.ts'), 'a', '--b')).toEqual({
      lines: ['a+--b U8'],
      errors: '',
      code: 0,
    });
    const failed = runScript('run-source.mjs', join(tree.folder, 'fail.ts'));
    expect(failed.code).toBe(1);
    expect(failed.errors).toMatch(/fail\.ts:3:/); // where it stands in the source, not in the bundle
  });

  it('[R1] bundles again when a file has changed, one that it imports, too, and only then', () => {
    tree.write({
      'orb.ts': "export const kind = 'big';\n",
      'take.ts': "import { kind } from './orb.ts';\nconsole.log(kind);\n",
    });
    const entry = join(tree.folder, 'take.ts');
    const run = () => runScript('run-source.mjs', entry).lines;
    expect(run()).toEqual(['big']);
    const notes = readdirSync(CACHE).filter((name) => /^take-.*\.json$/.test(name));
    const texts = notes.map((name) => readFileSync(join(CACHE, name), 'utf8'));
    const { file: bundle } = JSON.parse(texts.find((text) => text.includes(entry))!) as { file: string };
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('big', 'big, from the bundle'));
    expect(run()).toEqual(['big, from the bundle']);
    tree.write({ 'orb.ts': "export const kind = 'rare';\n" });
    expect(run()).toEqual(['rare']);
    rmSync(bundle);
    tree.write({ 'orb.ts': "export const kind = 'big';\n" });
    expect(run()).toEqual(['big']);
  });

  it('[R1] says what it wants when there is nothing to run', () => {
    expect(runScript('run-source.mjs').code).toBe(2);
  });
});
