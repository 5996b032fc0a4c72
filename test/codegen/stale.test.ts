import { describe, expect, it } from 'vitest';
import { generateBindings, isGenerated, staleFiles } from '../../src/codegen/index.ts';
import { arena } from './arena.ts';

const generated = generateBindings(arena);
const fresh = () => new Map(generated.map(({ path, text }) => [path, text]));

describe('staleFiles', () => {
  it('[S1] finds nothing in what was just generated, whatever its line ends', () => {
    const nothing = { missing: [], changed: [], leftover: [] };
    expect(staleFiles(fresh(), generated)).toEqual(nothing);
    const windows = new Map([...fresh()].map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));
    expect(staleFiles(windows, generated)).toEqual(nothing);
  });

  it('[S1] names what is missing, changed and left over', () => {
    const existing = fresh();
    existing.delete('types.ts');
    existing.set('ship_table.ts', existing.get('bump_table.ts')!);
    existing.set('old_table.ts', existing.get('bump_table.ts')!);
    expect(staleFiles(existing, generated)).toEqual({
      missing: ['types.ts'],
      changed: ['ship_table.ts'],
      leftover: ['old_table.ts'],
    });
  });

  it('[S2] never names a file that somebody wrote', () => {
    const existing = fresh().set('mine.ts', 'export const mine = 1;\n').set('README.md', '# bindings\n');
    expect(staleFiles(existing, generated).leftover).toEqual([]);
    expect(isGenerated('export const mine = 1;\n')).toBe(false);
  });
});
