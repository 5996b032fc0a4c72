import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs `.ci/run` with an npm that writes down what it is asked for, and fails at one thing. */
function run(failing: string | undefined): { readonly status: number | null; readonly asked: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'spacetick-ci-'));
  folders.push(folder);
  cpSync(join(ROOT, '.ci'), join(folder, '.ci'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  const npm = join(folder, 'bin/npm');
  const log = join(folder, 'asked');
  writeFileSync(log, '');
  writeFileSync(npm, `#!/bin/sh\necho "$*" >> ${log}\n[ "$*" != "${failing ?? ''}" ]\n`);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, CHROME_PATH: process.execPath };
  const { status } = spawnSync('bash', [join(folder, '.ci/run')], { env });
  return { status, asked: readFileSync(log, 'utf8').trim().split('\n') };
}

it("[B7] CI runs README's test command, then the checks and both builds", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  expect(readme).toContain('npm ci && npm test');
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm ci && npm test');
  expect(run(undefined)).toEqual({ status: 0, asked: ['ci', 'test', 'run check', 'run build'] });
});

it.each(['ci', 'test', 'run check', 'run build'])('[B7] CI fails when npm %s does, at once', (failing) => {
  const { status, asked } = run(failing);
  expect(status).not.toBe(0);
  expect(asked.at(-1)).toBe(failing);
});
