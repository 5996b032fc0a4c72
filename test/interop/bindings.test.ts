import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { type ClientProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { arena } from '../codegen/arena.ts';
import type * as Use from '../fixtures/official-bindings/use.ts';
import { TestHost } from '../host/node/support/test-host.ts';
import { bundle } from '../host/support/bundle.ts';
import { World } from '../host/support/world.ts';
import { bundled } from './support/bundle.ts';
import { HARBOUR } from './support/harbour-module.ts';
import { leanUse } from './support/own-bindings.ts';

// Bindings in the shape of SpacetimeDB's generator (api.md 4), of which only the package they import differs.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = join(ROOT, 'src/client/index.ts');
const USE = join(ROOT, 'test/fixtures/official-bindings/use.ts');
const EVERYTHING = join(ROOT, 'test/fixtures/everything/index.ts');
const folder = mkdtempSync(join(tmpdir(), 'spacetick-bindings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The harbour with a procedure. */
const MODULE = `${HARBOUR}
const CellCount = t.object('CellCount', { cell: t.i32(), ships: t.u32(), cargo: Cargo });
exports.countCells = harbour.procedure({ below: t.i32() }, t.array(CellCount), (ctx, { below }) =>
  ctx.withTx((tx) => {
    const counts = new Map();
    for (const { cell } of tx.db.ship.iter()) if (cell < below) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    return [...counts].map(([cell, ships]) => ({ cell, ships, cargo: { tag: 'Ore', value: ships } }));
  }),
);
`;

describe('bindings of another generator', () => {
  it.each([
    ['their package', {}],
    ['spacetick', { spacetimedb: [CLIENT] }],
  ])('[I20] type-check against %s', (_name, paths) => {
    expect(compiled([USE], paths)).toEqual({ stdout: '', status: 0 });
  });

  it.each([
    ['their package', join(ROOT, 'node_modules/spacetimedb/dist/index.d.ts')],
    ['spacetick', CLIENT],
  ])('[I25] type-check against %s when our generator wrote them', async (name, types) => {
    const { module: everything } = new World({ source: await bundle(EVERYTHING) }).database;
    const out = join(folder, `generated for ${name}`);
    for (const [under, def] of Object.entries({ arena, everything })) {
      for (const { path, text } of generateBindings(def, { importPath: 'spacetimedb' })) {
        mkdirSync(dirname(join(out, under, path)), { recursive: true });
        writeFileSync(join(out, under, path), text);
      }
    }
    const use = join(out, 'arena/use.ts');
    writeFileSync(use, ARENA_USE);
    const files = [use, join(out, 'everything/index.ts')];
    expect(compiled(files, { spacetimedb: [types] })).toEqual({ stdout: '', status: 0 });
  });

  it.each([
    ['spacetick', undefined],
    ['v3', v3Protocol],
    ['v2', v2Protocol],
    ['v1', v1Protocol],
    ['lean', 'lean' as const],
  ])('[I21] [I23] work on this client through a bundler alias, over %s', async (_name, variant) => {
    const protocol = variant === 'lean' ? undefined : variant;
    const host = await TestHost.open();
    expect((await host.publish('harbour', MODULE)).status).toBe(200);
    const { DbConnection, follow, findShip, nameOf, rename, cells, subscribe, ...more } = await here(
      variant === 'lean',
    );
    const conn = await new Promise<InstanceType<typeof DbConnection>>((resolve, reject) => {
      const builder = DbConnection.builder()
        .withUri(host.url)
        .withDatabaseName('harbour')
        .onConnect((made) => resolve(made))
        .onConnectError((_ctx, error) => reject(error));
      const offered = builder as unknown as { withPlatform(platform: { protocols: ClientProtocol[] }): typeof builder };
      const made = protocol === undefined ? builder.build() : offered.withPlatform({ protocols: [protocol] }).build();
      (made as unknown as { runAuto(): void }).runAuto();
    });
    const log: string[] = [];
    follow(conn, log);
    const hasEvents = protocol !== v1Protocol;
    if (hasEvents) await new Promise<void>((resolve) => subscribe(conn, resolve));
    else {
      await new Promise<void>((resolve) => {
        const queries = ['ship', 'message', 'user'].map((table) => `SELECT * FROM ${table}`);
        conn
          .subscriptionBuilder()
          .onApplied(() => resolve())
          .subscribe(queries);
      });
    }
    await conn.reducers.launch({ from: 1, count: 2 });
    expect(log.splice(0)).toEqual(['+1 ship 1 Reducer', '+2 ship 2 Reducer']);
    expect(findShip(conn, 2)).toBe('ship 2');
    expect([...conn.db.ship.cell.filter(1)].map((ship) => ship.id)).toEqual([1]);
    await rename(conn, { name: 'Ann' });
    expect(nameOf(conn, conn.identity!)).toBe('Ann');
    await expect(rename(conn, { name: '' })).rejects.toMatchObject({
      name: 'SenderError',
      message: 'Names must not be empty',
    });
    await more.renameByName(conn, 'Ben');
    expect(nameOf(conn, conn.identity!)).toBe('Ben');
    expect(more.connectionDigits(conn)).toBe(32);
    expect(more.nearShips(conn)).toBe('SELECT * FROM "ship" WHERE "ship"."cell" < 4');
    await conn.reducers.sendMessage({ text: 'ahoy' });
    expect(log.splice(0)).toEqual(['64 ahoy']);
    if (hasEvents) {
      await conn.reducers.ram({ force: 2 });
      expect(log.splice(0)).toEqual(['bump 3']);
    }
    expect(await cells(conn)).toEqual([
      { cell: 1, ships: 1, cargo: { tag: 'Ore', value: 1 } },
      { cell: 2, ships: 1, cargo: { tag: 'Ore', value: 1 } },
    ]);
    conn.disconnect();
  });

  it('[I22] their queries are taken apart by the same helpers', async () => {
    const parts = (await here()).queryParts();
    expect(parts).toHaveLength(4);
    expect(parts).toEqual((await bundled<typeof Use>(USE, 'there', {})).queryParts());
  });
});

/** What somebody writes against bindings of a module with recursive types, results and constraints of two columns. */
const ARENA_USE = `
import { DbConnection, tables } from './index';
import type { Order, Wreck } from './types';

const wreck: Wreck = { name: 'hull', parts: [{ name: 'mast', parts: [], towLine: undefined }], towLine: undefined };
const order: Order = { tag: 'Then', value: { first: { tag: 'Halt' }, rest: [] } };
export function use(conn: DbConnection): Promise<void> {
  const near = tables.ship.where((ship) => ship.chunkX.eq(3));
  conn.subscriptionBuilder().subscribe([near]);
  for (const ship of conn.db.ship.by_chunk.filter([3, 4])) if (ship.score > 3n) return conn.reducers.delete({ class: 3 });
  return conn.reducers.steer({ shipId: wreck.parts.length, to: { x: 0, y: 0 }, orders: [order], note: undefined });
}
`;

/** What the compiler says of files. @param paths where package names lead */
function compiled(files: readonly string[], paths: object): { stdout: string; status: number | null } {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'ESNext',
    moduleResolution: 'bundler',
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    allowImportingTsExtensions: true,
    customConditions: ['spacetick-source'],
    paths,
  };
  const project = join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
  return { stdout, status };
}

const bundles = new Map<string, Promise<typeof Use>>();

/**
 * The project, bundled with `spacetimedb` standing for this package: nothing in its files says so.
 * @param isLean with our generator's bindings, and lean
 */
function here(isLean = false): Promise<typeof Use> {
  const name = isLean ? 'lean' : 'here';
  const made = bundles.get(name) ?? (isLean ? leanUse(MODULE) : bundled<typeof Use>(USE, name));
  bundles.set(name, made);
  return made;
}
