import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export interface Outcome {
  /** What the program reported: its last line, parsed. Undefined if it reported nothing. */
  report: unknown;
  stderr: string;
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  nodeArgs?: string[];
  killAfterMs?: number;
  /** Called with the process when it prints its first line. */
  onFirstLine?(kill: (signal: NodeJS.Signals) => void): void;
}

/** The programs of `programs.ts`, bundled once (Node 20 loads no TypeScript), each run in a process of its own. */
export class Children {
  #folder = '';

  async build(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'spacetick-turns-'));
    const input = fileURLToPath(new URL('./programs.ts', import.meta.url));
    const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
    await bundle.write({ file: this.#file, format: 'esm' });
    await bundle.close();
  }

  run(program: string, options: ChildOptions = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...(options.nodeArgs ?? []), this.#file, program], {
        env: { PATH: process.env.PATH },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data) => {
        if (stdout === '') options.onFirstLine?.((signal) => child.kill(signal));
        stdout += data;
      });
      child.stderr.on('data', (data) => {
        stderr += data;
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), options.killAfterMs ?? 30_000);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        const last = stdout.trim().split('\n').pop();
        resolve({ report: last ? JSON.parse(last) : undefined, stderr, code, signal });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, 'programs.mjs');
  }
}
