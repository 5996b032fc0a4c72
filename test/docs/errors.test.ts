import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('[D4] [E1] [H9] every error code of every room is in the catalogue, and nothing else is', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const codes = new Set(
    sources
      .flatMap((file) => readFileSync(join(ROOT, 'src', file), 'utf8').match(/'E_[A-Z0-9_]+'/g) ?? [])
      .map((code) => code.slice(1, -1)),
  );
  const catalogue = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const listed = new Set([...catalogue.matchAll(/^\| `(E_[A-Z0-9_]+)`/gm)].map(([, code]) => code!));
  expect([...codes].filter((code) => !listed.has(code))).toEqual([]);
  expect([...listed].filter((code) => !codes.has(code))).toEqual([]);
});
