import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundle } from '../host/support/bundle.ts';
import type { HeldMessage } from './host-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A host in a process of its own, which is to be there at the end. */
export class FuzzHost {
  readonly url: string;
  /** The token of the one who published the lagoon. */
  readonly owner: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #stderr: string[];

  private constructor(
    url: string,
    owner: string,
    child: ChildProcess,
    ended: Promise<number | null>,
    stderr: string[],
  ) {
    this.url = url;
    this.owner = owner;
    this.#child = child;
    this.#ended = ended;
    this.#stderr = stderr;
  }

  /** Starts it, with the lagoon published. */
  static async start(): Promise<FuzzHost> {
    const args = ['--expose-gc', 'scripts/run-source.mjs', 'test/fuzz/host-process.ts'];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const stderr: string[] = [];
    child.stderr!.on('data', (data) => stderr.push(String(data)));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const started = Promise.race([once(child, 'message'), ended.then((code) => Promise.reject(died(code, stderr)))]);
    const [{ url }] = (await started) as [{ url: string }];
    const response = await fetch(`${url}/v1/identity`, { method: 'POST' });
    const { token } = (await response.json()) as { token: string };
    const host = new FuzzHost(url, token, child, ended, stderr);
    const program = await bundle(fileURLToPath(new URL('lagoon-module.ts', import.meta.url)));
    const published = await host.publish('lagoon', program);
    if (!published.ok) throw new Error(await published.text());
    return host;
  }

  /** Publishes as the owner. */
  publish(name: string, program: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.owner}` };
    return fetch(`${this.url}/v1/database/${name}`, { method: 'PUT', body: program, headers });
  }

  /** Bytes that it holds, garbage aside. */
  async held(): Promise<number> {
    const answer = once(this.#child, 'message') as Promise<[HeldMessage]>;
    this.#child.send('held');
    const [{ held }] = await Promise.race([
      answer,
      this.#ended.then((code) => Promise.reject(died(code, this.#stderr))),
    ]);
    return held;
  }

  /** Ends it. @returns exit code, and what it had to complain of */
  async close(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    if (this.#child.connected) this.#child.send('close');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    const code = await this.#ended;
    clearTimeout(kill);
    return { code, stderr: this.#stderr.join('') };
  }
}

function died(code: number | null, stderr: readonly string[]): Error {
  return new Error(`The host ended with ${code}: ${stderr.join('')}`);
}
