import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, vi } from 'vitest';
import { generateBindings } from '../../../src/codegen/index.ts';
import type { TestHost } from '../../host/node/support/test-host.ts';

// The other party's clients, unmodified, as far as these tests look at them. Both versions have these shapes.

export type Row = Readonly<Record<string, unknown>>;

export interface Context {
  readonly event: {
    readonly tag: string;
    readonly value?: unknown;
    readonly status?: { readonly tag: string; readonly value?: unknown };
    readonly callerConnectionId?: { toHexString(): string };
  };
}

export interface Table extends Iterable<Row> {
  iter(): Iterable<Row>;
  count(): bigint | number;
  onInsert(callback: (ctx: Context, row: Row) => void): void;
  onDelete(callback: (ctx: Context, row: Row) => void): void;
  onUpdate?(callback: (ctx: Context, before: Row, after: Row) => void): void;
  readonly id?: { find(id: number): Row | null | undefined };
  readonly [index: string]: unknown;
}

/** An index of a table, as far as it is one. */
export interface Index {
  find(value: unknown): Row | null | undefined;
  filter(value: unknown): Iterable<Row>;
}

export interface Handle {
  isActive(): boolean;
  isEnded(): boolean;
  unsubscribe(): void;
  unsubscribeThen(callback: () => void): void;
}

export interface SubscriptionBuilder {
  onApplied(callback: () => void): SubscriptionBuilder;
  onError(callback: (ctx: Context, error: Error) => void): SubscriptionBuilder;
  subscribe(queries: string | readonly string[]): Handle;
  subscribeToAllTables(): void;
}

type Reducers = Readonly<Record<string, (args?: object) => Promise<void> | undefined>> & {
  [name: `on${string}`]: (callback: (ctx: Context, args: object) => void) => void;
};

export interface Connection {
  readonly isActive: boolean;
  readonly identity?: { toHexString(): string };
  readonly connectionId: { toHexString(): string };
  readonly db: Readonly<Record<string, Table>>;
  readonly reducers: Reducers;
  readonly setReducerFlags: Readonly<Record<string, (flags: string) => void>>;
  readonly procedures: Readonly<Record<string, (args?: object) => Promise<unknown>>>;
  subscriptionBuilder(): SubscriptionBuilder;
  disconnect(): void;
}

export interface Builder {
  withUri(uri: string): Builder;
  withDatabaseName(name: string): Builder;
  withModuleName(name: string): Builder;
  withToken(token: string): Builder;
  withCompression(compression: string): Builder;
  withLightMode(light: boolean): Builder;
  onConnect(callback: (conn: Connection, identity: { toHexString(): string }, token: string) => void): Builder;
  onConnectError(callback: (ctx: unknown, error: Error) => void): Builder;
  onDisconnect(callback: (ctx: unknown, error?: Error) => void): Builder;
  build(): Connection;
}

interface Bindings {
  readonly DbConnection: { builder(): Builder };
}

const CLIENT = fileURLToPath(new URL('../../../src/client/index.ts', import.meta.url));

const closers: (() => unknown)[] = [];

// These clients write a line for each connection.
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0).reverse()) await close();
});

/** Whose client: the other party's, of two versions, or this package's, to compare. */
export type PackageName = 'spacetimedb' | 'spacetimedb-v1' | 'spacetick';

const packages = createRequire(import.meta.url);

/**
 * Bindings of a database as our generator writes them, for the package of that name.
 * @param version of `spacetimedb-v1` `schema` takes a list
 */
export async function bindingsFor(
  host: TestHost,
  database: string,
  version: PackageName,
  change: (text: string, path: string) => string = (text) => text,
): Promise<Bindings> {
  const folder = await mkdtemp(join(tmpdir(), 'spacetick-interop-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const isOfficial = version !== 'spacetick';
  // The copy that Node imports: the one next to it is for `require`.
  const importPath = isOfficial ? packages.resolve(version).replace(/\.cjs$/, '.mjs') : CLIENT;
  for (const { path, text } of generateBindings(host.node.host.find(database)!.module, {
    importPath,
    isOfficial,
  })) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const shaped = version === 'spacetimedb-v1' && path === 'index.ts' ? inShapeOfV1(text) : text;
    await writeFile(file, change(shaped, path));
  }
  return (await import(join(folder, 'index.ts'))) as Bindings;
}

function inShapeOfV1(text: string): string {
  const inList = (_whole: string, body: string) =>
    `__schema(${body.replaceAll(/\n {2}\w+: __table/g, '\n  __table')});`;
  const named = text.replaceAll(/accessor: ('[^']+'), name: '[^']+'/g, 'name: $1'); // its indexes go by one name
  return named.replace(/__schema\(\{([\s\S]*?)\n\}\);/, inList).replace("cliVersion: '2.10.0'", "cliVersion: '1.12.0'");
}

/** A connected client with what its callbacks were told. */
export class ForeignClient {
  readonly conn: Connection;
  readonly identity: string;
  readonly token: string;
  readonly log: string[] = [];
  readonly ended: Promise<void>;

  private constructor(conn: Connection, identity: string, token: string, ended: Promise<void>) {
    this.conn = conn;
    this.identity = identity;
    this.token = token;
    this.ended = ended;
  }

  static async connect(
    { DbConnection }: Bindings,
    host: TestHost,
    database: string,
    configure: (builder: Builder) => Builder = (builder) => builder,
  ): Promise<ForeignClient> {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    return new Promise((resolve, reject) => {
      const builder = DbConnection.builder()
        .withUri(host.url)
        .onConnect((conn, identity, token) => {
          resolve(new ForeignClient(conn, identity.toHexString(), token, ended));
        })
        .onConnectError((_ctx, error) => reject(error))
        .onDisconnect(() => end());
      const named = builder.withDatabaseName?.(database) ?? builder.withModuleName(database);
      const conn = configure(named).build();
      closers.push(() => conn.disconnect());
    });
  }

  /** Subscribes and waits until it is applied. @throws what the host answers */
  subscribe(...queries: string[]): Promise<Handle> {
    return new Promise((resolve, reject) => {
      const handle: Handle = this.conn
        .subscriptionBuilder()
        .onApplied(() => resolve(handle))
        .onError((ctx, error) => reject(error ?? (ctx.event as unknown)))
        .subscribe(queries);
    });
  }

  /** Ends a subscription and waits until that is so. */
  unsubscribe(handle: Handle): Promise<void> {
    return new Promise((resolve) => handle.unsubscribeThen(() => resolve()));
  }

  /** Writes down what a table's callbacks are told: `+` inserts, `-` deletes, `~` updates, with the event's tag. */
  watch(table: string, show: (row: Row) => unknown): void {
    const handle = this.conn.db[table]!;
    handle.onInsert(({ event }, row) => this.log.push(`+${table} ${show(row)} ${event.tag}`));
    handle.onDelete?.(({ event }, row) => this.log.push(`-${table} ${show(row)} ${event.tag}`));
    handle.onUpdate?.(({ event }, before, after) => {
      this.log.push(`~${table} ${show(before)}>${show(after)} ${event.tag}`);
    });
  }

  rows(table: string): Row[] {
    return [...this.conn.db[table]!.iter()];
  }
}

const PATIENCE_MS = 15_000; // a machine that is shared

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it never came to be: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
