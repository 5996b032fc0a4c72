import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { chromePath } from '../browser/chromium.ts';
import { ROOT } from './tree.ts';

afterEach(() => vi.unstubAllEnvs());

it('[Q1] takes the browser that CHROME_PATH names', () => {
  const program = join(ROOT, 'package.json'); // any file that is there
  vi.stubEnv('CHROME_PATH', program);
  expect(chromePath([])).toBe(program);
});

it('[Q1] takes the first that is in a usual place', () => {
  vi.stubEnv('CHROME_PATH', '');
  expect(chromePath(['/no/such/chromium', process.execPath, join(ROOT, 'package.json')])).toBe(process.execPath);
});

it('[Q2] fails on a CHROME_PATH that leads nowhere, even when a browser is in a usual place', () => {
  vi.stubEnv('CHROME_PATH', '/no/such/chromium');
  expect(() => chromePath([process.execPath])).toThrow(
    'CHROME_PATH names /no/such/chromium, which is not there. Point it at a Chrome or Chromium.',
  );
});

it('[Q2] fails without a browser, and says how to get one', () => {
  vi.stubEnv('CHROME_PATH', undefined);
  expect(() => chromePath(['/no/such/chromium'])).toThrow(/none was found\. Install one .* or set CHROME_PATH/);
});
