import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PATIENCE = { timeout: 20_000, interval: 20 };

/** `npm run chat`, as somebody runs it. */
export class ChatProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #out = '';
  #err = '';

  /** @param home where credentials are kept */
  constructor(home: string, ...args: string[]) {
    this.#child = spawn(process.execPath, ['scripts/run-source.mjs', 'src/chat/main.ts', ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout!.on('data', (data) => {
      this.#out += String(data);
    });
    this.#child.stderr!.on('data', (data) => {
      this.#err += String(data);
    });
    this.#ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** Lines of standard output. */
  get out(): string[] {
    return lines(this.#out);
  }

  /** Lines of standard error. */
  get err(): string[] {
    return lines(this.#err);
  }

  /** Waits for a line of standard output. */
  async says(line: string): Promise<void> {
    await expect.poll(() => this.out, PATIENCE).toContain(line);
  }

  /** Waits for a line of standard error. */
  async complains(line: string): Promise<void> {
    await expect.poll(() => this.err, PATIENCE).toContain(line);
  }

  async isReady(): Promise<void> {
    await this.says('Use /name to set your name, or type a message!');
  }

  type(...typed: string[]): void {
    this.#child.stdin!.write(typed.map((line) => `${line}\n`).join(''));
  }

  /** The input ends. @returns exit code */
  endInput(): Promise<number | null> {
    this.#child.stdin!.end();
    return this.#ended;
  }

  /** Ctrl+C. @returns exit code */
  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }

  /** @returns exit code */
  end(): Promise<number | null> {
    return this.#ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
