import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 50 };

/** What a command line did. */
export interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A shell with a home of its own, in which lines are typed as tutorials print them; `spacetime` is this command line. */
export class Shell {
  /** Home, and where things are typed to begin with. */
  readonly folder: string;
  readonly #running = new Set<ChildProcess>();

  /** @param parent folder it is made in; inside the repository `spacetick/...` is the source */
  constructor(parent: string) {
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, 'shell-'));
    for (const name of ['spacetime', 'spacetick']) {
      const file = this.write(
        `.bin/${name}`,
        `#!/bin/sh\nexec '${process.execPath}' '${ROOT}bin/spacetick.mjs' "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** @returns the file's absolute path */
  write(path: string, text: string): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Types a line and waits for its end. @param cwd below the shell's folder */
  async type(line: string, cwd = '.'): Promise<Done> {
    const { child, said } = this.#spawn(line, cwd);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, ...said };
  }

  /** Types a line that must succeed. @returns its output */
  async must(line: string, cwd = '.'): Promise<string> {
    const { code, out, err } = await this.type(line, cwd);
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${out}${err}`);
    return out;
  }

  /** Types a line that goes on, and waits until it has said something. @returns what it has said so far */
  async begin(line: string, awaited: RegExp, cwd = '.'): Promise<() => string> {
    const { child, said } = this.#spawn(line, cwd);
    child.on('close', (code) => {
      said.err += `\n[${line} ended with ${code}]`;
    });
    const all = () => said.out + said.err;
    await expect.poll(all, PATIENCE).toMatch(awaited);
    return all;
  }

  /** Ends what goes on, and removes everything. */
  async close(): Promise<void> {
    const ended = [...this.#running].map((child) => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      return new Promise((resolve) => child.on('close', resolve));
    });
    await Promise.all(ended);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(line: string, cwd: string): { child: ChildProcess; said: { out: string; err: string } } {
    // What vitest put into the environment would have Vite believe that it serves tests.
    const { VITEST: _vitest, NODE_ENV: _env, XDG_CONFIG_HOME: _config, XDG_DATA_HOME: _data, ...env } = process.env;
    const child = spawn(line, {
      shell: true,
      cwd: join(this.folder, cwd),
      detached: true, // a group of its own, which is ended as a whole
      env: {
        ...env,
        HOME: this.folder,
        PATH: [this.path('.bin'), env.PATH].join(delimiter),
        NO_COLOR: '1',
        npm_config_cache: env.npm_config_cache ?? join(env.HOME ?? '', '.npm'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      said.out += String(data);
    });
    child.stderr.on('data', (data) => {
      said.err += String(data);
    });
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    return { child, said };
  }
}
