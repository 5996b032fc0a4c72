import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger, createServer, type InlineConfig, type ViteDevServer } from 'vite';
import { type SpacetickOptions, spacetick } from '../../src/vite/index.ts';
import { Player } from '../host/node/support/player.ts';

/** A small project whose module counts orbs. */
export class Project {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'spacetick-vite-')));
  readonly log: string[] = [];
  readonly #servers: ViteDevServer[] = [];

  constructor() {
    this.write('index.html', '<!doctype html><title>Orbs</title><script type="module" src="/main.ts"></script>');
    this.write('main.ts', 'console.log("orbs");\n');
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** When a file was written last, in milliseconds. */
  writtenAt(path: string): number {
    return statSync(join(this.folder, path)).mtimeMs;
  }

  async start(
    options: Partial<SpacetickOptions> = {},
    vite: InlineConfig = {},
  ): Promise<{ server: ViteDevServer; url: string }> {
    const note =
      (level: string) =>
      (text: string): void =>
        void this.log.push(`${level}: ${text}`);
    const customLogger = { ...createLogger(), info: note('info'), warn: note('warn'), error: note('error') };
    const server = await createServer({
      root: this.folder,
      configFile: false,
      customLogger,
      server: { host: '127.0.0.1', port: 0 },
      optimizeDeps: { noDiscovery: true, include: [] },
      ...vite,
      plugins: [spacetick({ root: this.folder, module: 'module', bindings: 'bindings', database: 'orbs', ...options })],
    });
    this.#servers.push(server);
    await server.listen();
    const { port } = server.httpServer!.address() as AddressInfo;
    return { server, url: `http://127.0.0.1:${port}` };
  }

  async join(url: string, token?: string): Promise<Player> {
    return Player.join(url, 'orbs', token);
  }

  async clear(): Promise<void> {
    for (const server of this.#servers) await server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The module's source, in parts that tests change. */
export function orbsModule({ columns = 'id: t.u32().primaryKey(), kind: t.u8()', reducers = '' } = {}): string {
  return `import { schema, table, t } from 'spacetick/server';
const spacetimedb = schema({ orb: table({ name: 'orb', public: true }, { ${columns} }) });
export default spacetimedb;
export const drop = spacetimedb.reducer({ id: t.u32() }, (ctx, { id }) => {
  console.info('dropped ' + id);
  ctx.db.orb.insert({ id, kind: 1 });
});
${reducers}
`;
}
