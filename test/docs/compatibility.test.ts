import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEST = /(test\/[\w./-]+\.test\.ts)(?: \[(\w+)\])?/g;

interface Row {
  readonly feature: string;
  readonly versions: readonly string[];
  readonly tests: readonly { readonly path: string; readonly rule: string | undefined }[];
}

function rows(): Row[] {
  const text = readFileSync(`${ROOT}/docs/compatibility.md`, 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !/^\|[-| ]+\|$/.test(line));
  return lines
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter(([feature]) => feature !== '')
    .map(([feature, first, second, tests]) => ({
      feature: feature!,
      versions: [first!, second!],
      tests: [...tests!.matchAll(TEST)].map(([, path, rule]) => ({ path: path!, rule })),
    }));
}

it('[D6] every row of the compatibility table says yes, no, in part or -, and names the tests of what works', () => {
  const wrong: string[] = [];
  for (const { feature, versions, tests } of rows()) {
    if (!versions.every((said) => /^(yes|no|-|no: .+|in part: .+)$/.test(said))) wrong.push(`${feature}: ${versions}`);
    const works = versions.some((said) => said.startsWith('yes') || said.startsWith('in part'));
    if (works !== tests.length > 0) wrong.push(`${feature}: ${tests.length} tests`);
  }
  expect(rows().length).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
});

it('[D6] the tests it names are there', () => {
  const missing = rows().flatMap(({ tests }) =>
    tests.filter(({ path, rule }) => {
      const file = `${ROOT}/${path}`;
      return !existsSync(file) || (rule !== undefined && !readFileSync(file, 'utf8').includes(`[${rule}]`));
    }),
  );
  expect(missing).toEqual([]);
});
