import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A small repository in a folder of its own, to run scripts on. */
export class Tree {
  readonly folder = mkdtempSync(join(tmpdir(), 'spacetick-check-'));

  constructor(files: Readonly<Record<string, string>>) {
    this.write({ 'package.json': JSON.stringify({ dependencies: { ws: '8', '@msgpack/msgpack': '3' } }), ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /** Lets a folder of this repository stand in the tree. */
  link(path: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(this.folder, path), 'dir');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a script of `scripts/` with arguments. */
export function runScript(name: string, ...args: string[]): { lines: string[]; errors: string; code: number | null } {
  const ran = spawnSync(process.execPath, [join(ROOT, 'scripts', name), ...args], { cwd: ROOT, encoding: 'utf8' });
  return { lines: ran.stdout.split('\n').filter(Boolean), errors: ran.stderr, code: ran.status };
}
