import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import * as moduleApi from '../../src/module/index.ts';
import { rawModuleDefV10, readRawModuleDef } from '../../src/schema/index.ts';
import { bundle } from '../host/support/bundle.ts';
import { World } from '../host/support/world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EVERYTHING = join(ROOT, 'test/fixtures/everything/index.ts');
const CHAT = join(ROOT, 'test/fixtures/quickstart-chat/index.ts');
const COMET_RUN = join(ROOT, 'src/game/module/index.ts');

/** What the compiler says of modules when the module API is another's. */
function compileAgainst(api: 'spacetimedb' | 'spacetimedb-v1', ...modules: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'spacetick-interop-'));
  const types = join(ROOT, `node_modules/${api}/dist/server/index.d.ts`);
  const config = {
    compilerOptions: {
      ...{ target: 'ES2022', lib: ['ES2023', 'DOM'], module: 'ESNext', moduleResolution: 'bundler', types: [] },
      ...{ strict: true, skipLibCheck: true, noEmit: true, verbatimModuleSyntax: true, isolatedModules: true },
      allowImportingTsExtensions: true,
      paths: { 'spacetimedb/server': [types], 'spacetick/server': [types] },
    },
    files: modules,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder });
    return '';
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('[M50] modules written for this host compile against SpacetimeDB 2.10.1', () => {
  expect(compileAgainst('spacetimedb', COMET_RUN, EVERYTHING)).toBe('');
});

it('[M51] the chat of the 1.x tutorial compiles against SpacetimeDB 1.12.0', () => {
  expect(compileAgainst('spacetimedb-v1', CHAT)).toBe('');
});

it('[M52] a 1.x module that imports spacetimedb/server runs here', async () => {
  const world = new World({ source: await bundle(CHAT) });
  const client = world.join(1);
  client.subscribe(1, 'SELECT * FROM user', 'SELECT * FROM message');
  world.run('set_name', { name: 'Ann' });
  world.run('send_message', { text: 'ahoy' });
  expect(client.table('user')).toMatchObject([{ name: 'Ann', online: true }]);
  expect(client.table('message')).toMatchObject([{ text: 'ahoy' }]);
});

it('[M52] a 2.x module that uses all of spacetimedb/server runs here', async () => {
  const world = new World({ source: await bundle(EVERYTHING) });
  expect(world.database.module.warnings).toEqual([]);
  const client = world.join(1);
  const views = ['my_ships', 'me', 'fast_ships', 'lit_ships', 'tallies'].map((view) => `SELECT * FROM ${view}`);
  expect(client.subscribe(1, ...views, 'SELECT * FROM blast')).toMatchObject({ tag: 'SubscribeApplied' });
  expect(world.fail('launch', { kind: { tag: 'Tug' }, cell: 3 })).toBe('You have no licence');
  client.call('enlist', { callSign: 'Ann' });
  client.call('launch', { kind: { tag: 'Tug' }, cell: 3 });
  expect(client.table('me')).toMatchObject([{ callSign: 'Ann', online: true }]);
  expect(client.table('my_ships')).toMatchObject([{ id: 1n, kind: { tag: 'Tug' }, cell: 3 }]);
  expect(client.table('tallies')).toEqual([{ kind: 'Tug', ships: 1 }]);
  expect(client.table('lit_ships')).toEqual([]);
  client.call('light', { cell: 3, label: 'west' });
  expect(client.table('lit_ships')).toMatchObject([{ id: 1n, cell: 3 }]);
  client.call('steer_ship', { id: 1n, order: { tag: 'halt' } });
  expect(client.table('my_ships')[0]!.orders).toHaveLength(3);
  expect(world.procedure('summarise', { shout: true })).toMatchObject({ returned: { ships: 1n, pilots: ['ANN'] } });
  client.call('blow', { cell: 3 });
  expect(client.table('my_ships')).toEqual([]);
  expect(client.events).toMatchObject([{ table: 'blast', row: { cell: 3, force: 1.5 } }]);
  world.run('scuttle');
});

it('[M53] its bindings can be made of what the host says of it', async () => {
  const { module } = new World({ source: await bundle(EVERYTHING) }).database;
  const bindings = generateBindings(module);
  expect(generateBindings(readRawModuleDef(rawModuleDefV10(module)))).toEqual(bindings);
  expect(bindings.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['my_ships_table.ts', 'summarise_procedure.ts', 'blast_table.ts', 'steer_ship_reducer.ts']),
  );
});

const PORT = `import { schema, table, t } from 'spacetimedb/server';
const port = schema({ ship: table({ name: 'ship', public: true }, { id: t.u32().primaryKey() }) });
export default port;
export const dock = port.reducer({ id: t.u32() }, () => {});
`;

/** Of the functions that their host has, those which their module API looks for at once. */
const THEIR_HOST = "export const moduleHooks = Symbol('moduleHooks'); export const row_iter_bsatn_close = () => {};";

/** What SpacetimeDB's module API says of a module when its host asks what it declares; '' when it is content. */
async function describedByTheirs(folder: string, entry: string): Promise<string> {
  const file = join(folder, 'theirs.mjs');
  const build = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: 'browser',
    logLevel: 'silent',
    transform: { target: 'es2022' },
    resolve: { alias: { 'spacetimedb/server': join(ROOT, 'node_modules/spacetimedb/dist/server/index.mjs') } },
    plugins: [
      {
        name: 'their-host',
        resolveId: (id) => (id.startsWith('spacetime:sys') ? `\0${id}` : null),
        load: (id) => (id.startsWith('\0spacetime:sys') ? THEIR_HOST : null),
      },
    ],
  });
  await build.write({ file, format: 'esm' });
  await build.close();
  // In a process of its own, for it takes the console.
  const ask = `const module = await import(${JSON.stringify(file)});
    const of = (object) => Object.getOwnPropertySymbols(object);
    const hook = [...of(module.default), ...of(Object.getPrototypeOf(module.default))].find((each) => each.description === 'moduleHooks');
    let said = '';
    try { module.default[hook](module).__describe_module__(); } catch (error) { said = error.message; }
    process.stdout.write(said);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', ask], { encoding: 'utf8' });
}

it('[M9] [M10] exports that SpacetimeDB refuses are warned of, or refused as well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spacetick-exports-'));
  const entry = join(folder, 'index.ts');
  const other = "const other = schema({ orb: table({ name: 'orb' }, { id: t.u8() }) });";
  try {
    for (const [more, theirs, ours] of [
      ['', '', ''],
      ['export const SPEED = 5;', 'exporting something that is not a spacetime export', 'SPEED is exported and is no'],
      [`${other} export const steal = other.reducer(() => {});`, 'multiple schemas are not supported', undefined],
    ] as const) {
      writeFileSync(entry, PORT + more);
      expect(await describedByTheirs(folder, entry)).toBe(theirs);
      const source = await bundle(entry);
      if (ours === undefined) expect(() => new World({ source })).toThrow(theirs);
      else expect(new World({ source }).database.module.warnings.join()).toMatch(ours || /^$/);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What of `spacetimedb/server` there is at run time and is not here, each with its reason. */
const LEFT_OUT: readonly (readonly [name: RegExp, reason: string])[] = [
  [
    /^(?!Type|Product|Row|Ref)\w+Builder$/,
    'one class declares every type, TypeBuilder: these are names of types here, and nobody makes one but `t`',
  ],
  [/^ProductColumnBuilder$/, 'an object as a column is a TypeBuilder: what was said of it is in its meta'],
  [/^RefBuilder$/, 'its types refer by their number in a typespace; here declarations hold each other'],
  [/^(Request|Router)$/, 'for HTTP handlers, which are not here (docs/compatibility.md)'],
  [/^(createTableRefFromDef|makeFromBuilder)$/, 'its host makes `ctx.from` with them'],
  [/^toComparableValue$/, 'its query builder compares rows with it'],
];

it('[M54] exports at run time what spacetimedb/server exports, but for what is left out with a reason', async () => {
  const build = await rolldown({
    input: join(ROOT, 'node_modules/spacetimedb/dist/server/index.mjs'),
    external: /^spacetime:sys/,
    platform: 'browser',
    treeshake: false,
    logLevel: 'silent',
  });
  const { output } = await build.generate();
  await build.close();
  const theirs = output[0].exports;
  expect(theirs).toContain('schema');
  const missing = theirs.filter((name) => !(name in moduleApi));
  expect(missing.filter((name) => !LEFT_OUT.some(([left]) => left.test(name)))).toEqual([]);
  // And nothing is excused that is not missing.
  for (const [left, reason] of LEFT_OUT)
    expect(
      missing.some((name) => left.test(name)),
      reason,
    ).toBe(true);
});
