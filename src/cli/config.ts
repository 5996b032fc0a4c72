import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SpacetickError } from '../host/index.ts';

/** Servers known by name. */
export const SERVERS: Readonly<Record<string, string>> = {
  local: 'http://127.0.0.1:3000',
  maincloud: 'https://maincloud.spacetimedb.com',
};

const OWNER_ONLY = 0o600;

/** Folder where a host keeps its keys and programs unless told otherwise. */
export function defaultDataDirectory(rootDir?: string): string {
  if (rootDir !== undefined) return join(rootDir, 'data');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'spacetick', 'data');
}

/** Tokens by server URL: who publishes is who may publish again. */
export class Credentials {
  readonly #file: string;

  constructor(rootDir?: string) {
    const kept = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'spacetick');
    this.#file = join(rootDir === undefined ? kept : join(rootDir, 'config'), 'credentials.json');
  }

  async load(server: string): Promise<string | undefined> {
    return (await this.#read())[server];
  }

  async save(server: string, token: string): Promise<void> {
    const tokens = { ...(await this.#read()), [server]: token };
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(`${this.#file}.new`, `${JSON.stringify(tokens, null, 2)}\n`, { mode: OWNER_ONLY });
    await rename(`${this.#file}.new`, this.#file);
  }

  async #read(): Promise<Record<string, string>> {
    let text: string;
    try {
      text = await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    try {
      return JSON.parse(text) as Record<string, string>;
    } catch {
      throw new SpacetickError('E_CONFIG', `${this.#file} is not JSON. Mend it, or delete it to begin anew.`);
    }
  }
}

/** URL of a server given by name, host or URL. @throws SpacetickError E_SERVER */
export function serverUrl(server: string): string {
  const known = SERVERS[server];
  if (known !== undefined) return known;
  const url = /^https?:\/\//.test(server) ? server : `http://${server}`;
  if (URL.canParse(url) && /[.:]|localhost/.test(server)) return url.replace(/\/+$/, '');
  throw new SpacetickError(
    'E_SERVER',
    `There is no server called ${server}. Give a URL, or one of: ${Object.keys(SERVERS).join(', ')}.`,
  );
}

/** True for a URL that reaches this machine only. */
export function isLocal(url: string): boolean {
  const host = new URL(url).hostname;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** True for SpacetimeDB's own cloud. */
export function isMainCloud(url: string): boolean {
  return new URL(url).hostname === new URL(SERVERS.maincloud!).hostname;
}
