import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { build, defaultClientConditions } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { codeBlocks } from '../code-blocks.ts';
import { arena } from '../codegen/arena.ts';
import { importPaths, Project, ROOT, version } from './project.ts';

const INSTALL_MS = 240_000; // packs, then installs phaser and the dependencies, on two cores
const project = new Project();

beforeAll(() => project.install(), INSTALL_MS);
afterAll(() => project.remove());

const NODE_ONLY = (path: string) => path === 'spacetick/host/node' || path === 'spacetick/vite';
/** What somebody has who writes for React: its declarations come apart from it. */
const REACT_TYPES = { paths: { react: [join(ROOT, 'node_modules/@types/react/index.d.ts')] } };
/** What somebody has who writes for Node, or configures Vite. */
const NODE_TYPES = {
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  paths: { ...REACT_TYPES.paths, vite: [join(ROOT, 'node_modules/vite/dist/node/index.d.ts')] },
};
const everything = (paths: readonly string[]) => {
  return `${paths.map((path, i) => `import * as room${i} from '${path}';`).join('\n')}
export const rooms = [${paths.map((_, i) => `room${i}`).join(', ')}];`;
};

const readmeText = readFileSync(join(ROOT, 'README.md'), 'utf8');
const readme = codeBlocks(readmeText);

describe('the tarball in an empty project', () => {
  it('[B1] holds JavaScript and declarations that import nothing of TypeScript', () => {
    const dist = join(project.folder, 'node_modules/spacetick/dist');
    const entries = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = entries.map((entry) => join(entry.parentPath, entry.name));
    expect(files.filter((file) => !/\.(d\.ts|js)$/.test(file))).toEqual([]);
    const full = files.filter((file) => !file.startsWith(join(dist, 'lean'))); // whose types are those of the others
    expect(full.filter((file) => file.endsWith('.d.ts')).length).toBe(full.length / 2);
    const imports = files.flatMap((file) => {
      return [...readFileSync(file, 'utf8').matchAll(/(?:from|import)[\s(]*(['"])(\.[^'"]*)\1/g)].map(
        ([, , path]) => path!,
      );
    });
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((path) => /\.tsx?$/.test(path))).toEqual([]);
  });

  it('[B8] brings what its README links to', () => {
    const installed = join(project.folder, 'node_modules/spacetick');
    const text = readFileSync(join(installed, 'README.md'), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    const relative = targets.filter((target) => !/^https?:/.test(target));
    expect(relative.length).toBeGreaterThan(10);
    expect(relative.filter((target) => !existsSync(join(installed, target)))).toEqual([]);
  });

  it('[B2] has types for every import path', () => {
    project.write('all.ts', everything(importPaths()));
    expect(project.compile('all.ts', { module: 'ESNext', moduleResolution: 'bundler', ...NODE_TYPES })).toBe('');
    expect(project.compile('all.ts', { module: 'NodeNext', moduleResolution: 'NodeNext', ...NODE_TYPES })).toBe('');
  });

  it('[B2] needs no types of Node in the browser', () => {
    project.write('page.ts', everything(importPaths().filter((path) => !NODE_ONLY(path))));
    expect(project.compile('page.ts', { module: 'ESNext', moduleResolution: 'bundler', ...REACT_TYPES })).toBe('');
  });

  it('[B2] compiles generated bindings', () => {
    for (const { path, text } of generateBindings(arena)) project.write(`bindings/${path}`, text);
    project.write(
      'game.ts',
      `import { DbConnection } from './bindings';
       const conn = DbConnection.builder().withUri('ws://localhost:3000').withDatabaseName('arena').build();
       conn.frameTick();
       export const ships: bigint = conn.db.ship.count();`,
    );
    expect(project.compile('game.ts', { module: 'ESNext', moduleResolution: 'bundler' })).toBe('');
  });

  it("[B12] stands for spacetimedb in another generator's bindings by the line of the docs", () => {
    cpSync(join(ROOT, 'test/fixtures/official-bindings'), join(project.folder, 'official'), { recursive: true });
    const docs = readFileSync(join(ROOT, 'docs/with-spacetimedb.md'), 'utf8');
    const { paths } = JSON.parse(`{${/`("paths": \{.*?\})`/.exec(docs)![1]}}`) as { paths: object };
    expect(project.compile('official/use.ts', { module: 'ESNext', moduleResolution: 'bundler', paths })).toBe('');
  });

  it('[B2] runs in Node', () => {
    const paths = importPaths().filter((path) => path !== 'spacetick/phaser'); // Phaser wants a page
    project.write(
      'run.mjs',
      `${everything(paths)}
       const { Identity } = await import('spacetick');
       console.log(rooms.every((room) => Object.keys(room).length > 0), Identity.zero().toHexString().length);`,
    );
    expect(project.run(process.execPath, 'run.mjs').trim()).toBe('true 64');
  });

  it.each([
    ['default', [], '[\\/]dist[\\/]client[\\/]index.js$'],
    ['lean', ['spacetick-lean'], '[\\/]dist[\\/]lean[\\/]client[\\/]index.js$'],
  ])('[B2] [B9] bundles for a page without anything of Node (%s)', async (_name, conditions, client) => {
    const paths = importPaths().filter((path) => !NODE_ONLY(path));
    project.write('page.js', everything(paths));
    const bundle = await rolldown({
      input: join(project.folder, 'page.js'),
      cwd: project.folder,
      platform: 'browser',
      resolve: { conditionNames: [...conditions, 'browser', 'import', 'default'] },
      treeshake: false,
      logLevel: 'silent',
    });
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
    await bundle.close();
    expect(output[0].imports).toEqual([]);
    expect(output[0].dynamicImports).toEqual([]);
    const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
    expect(modules.filter((id) => new RegExp(client).test(id))).toHaveLength(1);
    expect(modules.filter((id) => /node_modules[\\/]ws[\\/]|[\\/]dist[\\/]\w+[\\/]node[\\/]/.test(id))).toEqual([]);
    expect(output[0].code).not.toMatch(/(from|import|require)\s*\(?\s*["']node:/);
  });

  it('[B3] [B9] [B10] carries less where a build asks for spacetick-bsatn, and least for spacetick-lean', async () => {
    project.write(
      'slim.js',
      "import { DbConnectionBuilder, DbConnectionImpl } from 'spacetick'; console.log(DbConnectionBuilder, DbConnectionImpl);",
    );
    const carried = async (conditions: string[]): Promise<string[]> => {
      const output = await build({
        configFile: false,
        root: project.folder,
        logLevel: 'silent',
        resolve: { conditions: [...conditions, ...defaultClientConditions] },
        build: { write: false, rolldownOptions: { input: join(project.folder, 'slim.js') } },
      });
      const chunks = [output].flat().flatMap((built) => ('output' in built ? built.output : []));
      const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
      return Object.entries({
        MessagePack: 'v1.msgpack.spacetick',
        'code from strings': 'Content-Security-Policy',
        texts: 'at least 1.4.0 is needed',
        v1: 'v1.bsatn.spacetimedb',
        v3: 'v3.bsatn.spacetimedb',
        codes: 'see docs/errors.md',
      }).flatMap(([what, text]) => (code.includes(text) ? [what] : []));
    };
    expect(await carried([])).toEqual(['MessagePack', 'code from strings', 'texts', 'v1', 'v3']);
    expect(await carried(['spacetick-bsatn'])).toEqual(['texts', 'v1', 'v3']);
    expect(await carried(['spacetick-lean'])).toEqual(['v3', 'codes']);
  });

  it('[B2] brings the spacetick command', () => {
    expect(project.run('npx', '--no-install', 'spacetick', '--version')).toContain(version());
    expect(project.run('npx', '--no-install', 'spacetick', '--help')).toMatch(
      /publish[\s\S]*generate|generate[\s\S]*publish/,
    );
  });

  it("[B2] starts a host, publishes README's module to it, and generates its bindings", async () => {
    for (const [path, text] of readme) project.write(path, text);
    const url = await project.start('-l', '0', '--in-memory', '--root-dir', 'home');
    const spacetick = (...args: string[]) => project.run('npx', '--no-install', 'spacetick', ...args);
    const published = spacetick('publish', 'my-game', '-p', 'src/module', '-s', url, '--root-dir', 'home');
    expect(published).toMatch(/^Created new database with name: my-game, identity: c200[0-9a-f]{60}$/m);
    expect((await fetch(`${url}/v1/database/my-game`)).status).toBe(200);
    const generated = spacetick('generate', '-p', 'src/module', '-o', 'src/module_bindings');
    expect(generated).toContain('Generate finished successfully.');
    expect(existsSync(join(project.folder, 'src/module_bindings/ship_table.ts'))).toBe(true);
    const { compilerOptions } = JSON.parse(/```json\n(.*?)```/s.exec(readmeText)![1]!);
    expect(project.compile('src/main.ts', compilerOptions)).toBe('');
  });

  it("[B2] lets Vite build README's first scene, with the plugin of the package", () => {
    project.run(process.execPath, join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn');
    const assets = join(project.folder, 'dist/assets');
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    const code = scripts.map((name) => readFileSync(join(assets, name), 'utf8')).join('\n');
    expect(code).toContain('my-game');
    expect(code).not.toMatch(/(from|import|require)\s*\(?\s*["']node:/);
  });
});
