import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 60_000; // a cold start bundles Phaser first

/** `npm start`, as a newcomer runs it. */
export interface DevServer {
  /** The address it printed. */
  readonly url: string;
  /** Everything it printed. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/**
 * Runs `npm start` on a free port with a data directory of its own, and waits for the address it prints.
 * @param root folder of the project. @param options for Vite
 */
export async function startGame(root = ROOT, ...options: readonly string[]): Promise<DevServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'comet-run-'));
  // What vitest put into the environment would have the config believe that it serves tests.
  const { VITEST: _vitest, NODE_ENV: _env, ...environment } = process.env;
  const port = String(await freePort());
  const child = spawn('npm', ['start', '--', '--port', port, '--strictPort', ...options], {
    cwd: root,
    env: { ...environment, SPACETICK_DATA_DIR: dataDirectory, NO_COLOR: '1' },
    detached: true, // a group of its own: npm does not pass signals on
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= endGroup(child).then(() => rm(dataDirectory, { recursive: true, force: true }));
    return stopped;
  };
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start printed no address:\n${output}`)), START_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Local:\s+(http\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, output: () => output, stop };
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
