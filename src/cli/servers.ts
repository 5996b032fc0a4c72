import { SpacetickError } from '../host/index.ts';
import { configFile, type FolderOptions, readJson, writeJson } from './files.ts';
import { placed } from './project/json5.ts';

/** A server that is known by name. */
export interface KnownServer {
  readonly url: string;
  /** PEM of the key that it signed tokens with when it was last looked at. */
  readonly fingerprint?: string;
}

/** Which server is meant. */
export interface ServerOptions {
  /** Name, host or URL; undefined for the default one. */
  server?: string;
  /** Where a project's file names it; undefined when that was a flag, or nothing. */
  serverAt?: string;
}

interface Config {
  readonly defaultServer?: string;
  readonly servers?: Readonly<Record<string, KnownServer>>;
}

const USUAL: Readonly<Record<string, KnownServer>> = {
  local: { url: 'http://127.0.0.1:3000' },
  maincloud: { url: 'https://maincloud.spacetimedb.com' },
};
const USUAL_DEFAULT = 'local'; // publishing is free of charge and of consequences there

const NICKNAME = /^[\w-]+$/;

/** Servers by name, kept in the config file, and which of them is meant when none is named. */
export class Servers {
  readonly #file: string;
  #defaultServer: string;
  readonly #known: Map<string, KnownServer>;

  private constructor(file: string, { defaultServer = USUAL_DEFAULT, servers = USUAL }: Config) {
    this.#file = file;
    this.#defaultServer = defaultServer;
    this.#known = new Map(Object.entries(servers));
  }

  /** @throws SpacetickError E_CONFIG */
  static async load(options: FolderOptions): Promise<Servers> {
    const file = configFile(options);
    return new Servers(file, await readJson<Config>(file, {}));
  }

  async save(): Promise<void> {
    await writeJson(this.#file, { defaultServer: this.#defaultServer, servers: Object.fromEntries(this.#known) });
  }

  get defaultServer(): string {
    return this.#defaultServer;
  }

  get all(): ReadonlyMap<string, KnownServer> {
    return this.#known;
  }

  /** Name under which a server, given by name or by address, is known. @throws SpacetickError E_SERVER */
  nameOf(server: string): string {
    if (this.#known.has(server)) return server;
    const url = URL.canParse(server) || /[.:]/.test(server) ? this.urlOf(server) : undefined;
    const found = [...this.#known].find(([, known]) => known.url === url);
    if (found !== undefined) return found[0];
    throw this.#unknown(server);
  }

  /** URL of a server given by name, host or URL; of the default one when none is given. @throws SpacetickError E_SERVER */
  urlOf(server = this.#defaultServer): string {
    const known = this.#known.get(server);
    if (known !== undefined) return known.url;
    const url = /^https?:\/\//.test(server) ? server : `http://${server}`;
    if (URL.canParse(url) && /[.:]|localhost/.test(server)) return url.replace(/\/+$/, '');
    throw this.#unknown(server);
  }

  /** Likewise; an error says where a file names it. */
  urlFor({ server, serverAt }: ServerOptions): string {
    return placed(serverAt, () => this.urlOf(server));
  }

  /** @throws SpacetickError E_SERVER for names that cannot be or are taken */
  add(name: string, server: KnownServer): void {
    if (!NICKNAME.test(name)) {
      throw new SpacetickError('E_SERVER', `${name} cannot be a server's name: letters, digits, - and _ only.`);
    }
    if (this.#known.has(name)) {
      throw new SpacetickError(
        'E_SERVER',
        `There is a server called ${name} already. Change it: spacetick server edit.`,
      );
    }
    this.#known.set(name, server);
  }

  /** Puts something else in a server's place. @throws SpacetickError E_SERVER */
  replace(name: string, newName: string, server: KnownServer): void {
    const entry = this.nameOf(name);
    if (newName !== entry && this.#known.has(newName)) this.add(newName, server);
    const entries = [...this.#known];
    this.#known.clear();
    for (const [key, known] of entries) {
      if (key === entry) this.#known.set(newName, server);
      else this.#known.set(key, known);
    }
    if (this.#defaultServer === entry) this.#defaultServer = newName;
  }

  /** @throws SpacetickError E_SERVER */
  remove(server: string): void {
    this.#known.delete(this.nameOf(server));
  }

  /** @throws SpacetickError E_SERVER */
  setDefault(server: string): void {
    this.#defaultServer = this.nameOf(server);
  }

  #unknown(server: string): SpacetickError {
    return new SpacetickError(
      'E_SERVER',
      `There is no server called ${server}. Give a URL, or one of: ${[...this.#known.keys()].join(', ')}.`,
    );
  }
}

/** True for a URL that reaches this machine only. */
export function isLocal(url: string): boolean {
  const host = new URL(url).hostname;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** True for SpacetimeDB's own cloud. */
export function isMainCloud(url: string): boolean {
  return new URL(url).hostname === new URL(USUAL.maincloud!.url).hostname;
}
