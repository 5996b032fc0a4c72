import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAX_QUERIES_PER_SET, MAX_QUERY_CHARS, MAX_QUERY_SETS } from '../../../src/host/index.ts';
import { SOCKET_LIMITS } from '../../../src/host/node/index.ts';
import { MSGPACK_LIMITS } from '../../../src/values/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the documents', () => {
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
      const said = Number.isFinite(value) ? value.toLocaleString('en') : 'no limit';
      expect(row, name).toContain(`| ${said}`);
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
