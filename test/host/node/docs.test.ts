import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from '../../../src/host/index.ts';
import { SOCKET_LIMITS } from '../../../src/host/node/index.ts';
import { MSGPACK_LIMITS } from '../../../src/values/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function sources(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => read(join(folder, file)));
}

describe('the documents', () => {
  it('[H9] explain every error code of the Node host, the command line and the Vite plugin', () => {
    const codes = ['src/host/node', 'src/cli', 'src/vite']
      .flatMap(sources)
      .flatMap((text) => text.match(/'E_[A-Z_]+'/g) ?? [])
      .map((code) => code.slice(1, -1));
    const table = read('docs/errors.md');
    const missing = [...new Set(codes)].filter((code) => !table.includes(`| \`${code}\``));
    expect(missing).toEqual([]);
  });

  it('[H9] state every limit with its name and value, and where it stands', () => {
    const table = read('docs/limits.md');
    const exported: Record<string, number> = {
      ...SOCKET_LIMITS,
      'MSGPACK_LIMITS.maxDepth': MSGPACK_LIMITS.maxDepth,
      MAX_QUERY_SETS,
      MAX_QUERIES_PER_SET,
      MAX_QUERY_CHARS,
    };
    for (const [name, value] of Object.entries(exported)) {
      const row = table.split('\n').find((line) => line.includes(`\`${name}\``));
      expect(row, name).toContain(`| ${value.toLocaleString('en')} `.replace(/ $/, ''));
    }
    // The others are constants of the file that the row names.
    for (const row of table.split('\n')) {
      const file = /`(src\/[^`]+\.ts)`/.exec(row)?.[1];
      if (file === undefined) continue;
      const text = read(file);
      for (const [, name] of row.split(' | ')[0]!.matchAll(/`([A-Z][A-Z_]+)[`.]/g)) expect(text, file).toContain(name);
    }
  });
});
