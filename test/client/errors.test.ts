import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOMS = ['client', 'wire', 'schema', 'values'];

it('[E1] every code of the client and the rooms below is in the catalogue', () => {
  const codes = new Set<string>();
  for (const room of ROOMS) {
    const folder = new URL(`../../src/${room}/`, import.meta.url);
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      for (const [, code] of readFileSync(new URL(file, folder), 'utf8').matchAll(/'(E_[A-Z_0-9]+)'/g))
        codes.add(code!);
    }
  }
  const catalogue = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  expect([...codes].filter((code) => !catalogue.includes(`| \`${code}\``))).toEqual([]);
  expect(codes.size).toBeGreaterThan(15);
});
