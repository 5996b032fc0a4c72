import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ClientOptions } from 'ws';
import type { LogRecord } from '../../../../src/host/index.ts';
import { NodeHost, type NodeHostOptions } from '../../../../src/host/node/index.ts';
import { ARENA } from './arena-module.ts';
import { Player } from './player.ts';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A folder that the end of the test deletes. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spacetick-host-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A real host on a free port of this machine, ended by the end of the test. */
export class TestHost {
  readonly node: NodeHost;
  readonly url: string;
  readonly log: (LogRecord & { readonly database: string })[];

  private constructor(node: NodeHost, url: string, log: TestHost['log']) {
    this.node = node;
    this.url = url;
    this.log = log;
  }

  static async open(options: NodeHostOptions = {}): Promise<TestHost> {
    const log: TestHost['log'] = [];
    const node = await NodeHost.open({ ...options, onLog: (database, record) => log.push({ database, ...record }) });
    closers.push(() => node.close());
    return new TestHost(node, await node.listen({ host: '127.0.0.1', port: 0 }), log);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, init);
  }

  /** Publishes over HTTP. */
  publish(name: string, source: string, token?: string, query = '?host_type=Js'): Promise<Response> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return this.fetch(`/v1/database/${name}${query}`, { method: 'PUT', body: source, headers });
  }

  async newToken(): Promise<{ identity: string; token: string }> {
    const response = await this.fetch('/v1/identity', { method: 'POST' });
    return (await response.json()) as { identity: string; token: string };
  }

  /** The short-lived token that a client opens its socket with. */
  async socketToken(token: string): Promise<string> {
    const response = await this.fetch('/v1/identity/websocket-token', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await response.json()) as { token: string }).token;
  }

  async join(database = 'arena', token?: string, options?: ClientOptions): Promise<Player> {
    const player = await Player.join(this.url, database, token, options);
    closers.push(async () => player.socket.terminate());
    return player;
  }

  open(database = 'arena', token?: string): Player {
    const player = Player.open(this.url, database, token);
    closers.push(async () => player.socket.terminate());
    return player;
  }

  /** A host with the arena published. */
  static async withArena(options: NodeHostOptions = {}): Promise<TestHost> {
    const host = await TestHost.open(options);
    const published = await host.publish('arena', ARENA);
    if (!published.ok) throw new Error(await published.text());
    return host;
  }

  /** Rows of a table of the arena, also of a private one. */
  rows(table: string): readonly Readonly<Record<string, unknown>>[] {
    return [...this.node.host.find('arena')!.store(table)!.rows.values()];
  }

  close(): Promise<void> {
    return this.node.close();
  }
}
