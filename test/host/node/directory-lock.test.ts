import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { DirectoryLock } from '../../../src/host/node/directory-lock.ts';
import { NodeHost } from '../../../src/host/node/index.ts';
import { EMPTY } from './support/arena-module.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

const BIN = fileURLToPath(new URL('../../../bin/spacetick.mjs', import.meta.url));
const children = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  children.clear();
});

interface Started {
  readonly child: ChildProcess;
  /** What it printed, once it listens or has ended. */
  readonly said: string;
  readonly isRunning: boolean;
}

/** `spacetick start`, a process of its own. */
async function start(folder: string): Promise<Started> {
  const child = spawn(process.execPath, [BIN, 'start', '-l', '0', '--data-dir', folder]);
  children.add(child);
  let said = '';
  return new Promise((resolve) => {
    const read = (data: Buffer): void => {
      said += String(data);
      if (said.includes('Rows live in memory')) resolve({ child, said, isRunning: true });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', () => resolve({ child, said, isRunning: false }));
  });
}

describe('a data directory', { timeout: 60_000 }, () => {
  it('[P20] is one host’s: a second start is refused, and the first goes on', async () => {
    const folder = await temporaryFolder();
    const first = await start(folder);
    const second = await start(folder);
    expect([first.isRunning, second.isRunning, second.child.exitCode]).toEqual([true, false, 1]);
    expect(second.said.trim()).toBe(
      `Error: The data directory ${folder} is in use by process ${first.child.pid}, a host that runs already. Two would ` +
        "overwrite each other's databases. Stop that one, or give this one a directory of its own: --data-dir. [E_DATA_IN_USE]",
    );
    const url = /listening on (\S+)/.exec(first.said)![1]!;
    expect((await fetch(`${url}/v1/ping`)).status).toBe(200);
    await expect(NodeHost.open({ dataDirectory: folder })).rejects.toMatchObject({ code: 'E_DATA_IN_USE' });
    await (await NodeHost.open({ dataDirectory: folder, keepsPrograms: false })).close(); // reads the keys only
    const ended = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    await ended;
    expect((await readdir(folder)).sort()).toEqual(['id_ecdsa', 'id_ecdsa.pub']);
  });

  it('[P20] is taken over from a process that was killed, by one of those that try', async () => {
    const folder = await temporaryFolder();
    const first = await start(folder);
    const ended = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await ended;
    expect(await readdir(folder)).toContain('host.lock');
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => NodeHost.open({ dataDirectory: folder })));
    const opened = tries.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
    const refused = tries.flatMap((tried) =>
      tried.status === 'rejected' ? [(tried.reason as { code: string }).code] : [],
    );
    expect([opened.length, refused]).toEqual([1, Array(5).fill('E_DATA_IN_USE')]);
    expect(JSON.parse(await readFile(join(folder, 'host.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await opened[0]!.close();
    expect((await readdir(folder)).sort()).toEqual(['id_ecdsa', 'id_ecdsa.pub']);
  });

  it('[P20] is taken over by one, whoever looks when', async () => {
    const stale = JSON.stringify({ pid: 2 ** 30, machine: hostname(), began: '1' }); // beyond any process id
    for (let round = 0; round < 60; round++) {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'host.lock'), stale);
      const tries = Array.from({ length: 8 }, async () => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        return DirectoryLock.take(folder);
      });
      const taken = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
      expect(taken).toHaveLength(1);
      expect(await readdir(folder)).toEqual(['host.lock']);
    }
  });

  it('[P20] is free when its lock names another process by the same number, or nobody', async () => {
    for (const lock of [JSON.stringify({ pid: process.pid, machine: hostname(), began: '1' }), 'garbage', '']) {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'host.lock'), lock);
      const host = await TestHost.open({ dataDirectory: folder });
      await host.publish('orbs', EMPTY);
      await host.close();
    }
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'host.lock'), JSON.stringify({ pid: 1, machine: 'elsewhere', began: '' }));
    await expect(NodeHost.open({ dataDirectory: folder })).rejects.toThrow(
      /in use by process 1 on elsewhere.*If that machine's host is gone, delete .*host\.lock\.$/,
    );
    expect(await readdir(folder)).toEqual(['host.lock']);
  });
});
