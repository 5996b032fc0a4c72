import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SUB_PATH = '/some/where/comet-run/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.mp3': 'audio/mpeg',
};

/** The built game on a static server, under a sub-path. */
export interface BuiltGame {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the game and serves it: files only, as a static host does. */
export async function serveBuiltGame(): Promise<BuiltGame> {
  const folder = await mkdtemp(join(tmpdir(), 'comet-run-built-'));
  await finished(tool(['node_modules/vite/bin/vite.js', 'build', '--outDir', folder, '--logLevel', 'warn']));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === SUB_PATH ? 'index.html' : normalize(pathname.slice(SUB_PATH.length));
    const isOurs = pathname.startsWith(SUB_PATH) && !path.startsWith('..');
    readFile(join(folder, path)).then(
      (bytes) => {
        if (isOurs) response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(bytes);
        else response.writeHead(404).end();
      },
      () => response.writeHead(404).end(),
    );
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}${SUB_PATH}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `spacetick start` with the game published; may be stopped and started again on the same port. */
export class GameHost {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #isPublished = false;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async create(): Promise<GameHost> {
    const probe = createServer();
    const port = await listen(probe);
    await new Promise((done) => probe.close(done));
    return new GameHost(port, await mkdtemp(join(tmpdir(), 'comet-run-host-')));
  }

  async start(): Promise<void> {
    const child = this.#spacetick('start', '--listen-addr', `127.0.0.1:${this.port}`, '--data-dir', this.#folder);
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('listening')) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', () => reject(new Error(`spacetick start ended:\n${output}`)));
    });
    if (this.#isPublished) return; // programs are there again after a restart
    const server = `http://127.0.0.1:${this.port}`;
    await finished(
      this.#spacetick('publish', '--server', server, '--module-path', 'src/game/module', '-y', 'comet-run'),
    );
    this.#isPublished = true;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #spacetick(...args: string[]): ChildProcess {
    return tool(['bin/spacetick.mjs', ...args], { HOME: this.#folder });
  }
}

/** Runs one of this repository's programs as outside of a test. */
function tool(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const { VITEST: _vitest, NODE_ENV: _env, ...ours } = process.env;
  return spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...ours, ...environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`It ended with ${code}:\n${output}`))));
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
