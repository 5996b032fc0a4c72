import { SpacetickError } from '../host/index.ts';
import { HostApi } from './api.ts';
import { type DevHost, isThere, notedDevHost } from './dev-host.ts';
import type { MeantOptions } from './project/meant.ts';
import { type Remote, remoteOf } from './remote.ts';
import { isLocal, Servers } from './servers.ts';
import type { Terminal } from './terminal.ts';

const VITE_PORT = 5173; // unless it is taken, or the project says otherwise

/**
 * The server of a command that asks about a database, and changes nothing of the server. Where no flag names one, and on
 * this machine nobody answers or nobody has the database, that is the host inside the project's Vite.
 * @param database name or identity; undefined for a command that asks about none
 * @throws SpacetickError
 */
export async function askedRemote(
  options: MeantOptions,
  database: string | undefined,
  terminal: Terminal,
): Promise<Remote> {
  const url = (await Servers.load(options)).urlFor(options);
  const isFlag = options.server !== undefined && options.serverAt === undefined;
  const noted = options.config === false ? undefined : notedDevHost(process.cwd());
  const host = noted !== undefined && (!isFlag || isSame(noted.url, url)) && (await isThere(noted)) ? noted : undefined;
  if (host !== undefined && isSame(host.url, url)) return remoteAt(host, options);
  if (isFlag || !isLocal(url)) return remoteOf(options, terminal);
  if (host !== undefined && !(await hasDatabase(url, database)) && (await hasDatabase(host.url, database))) {
    terminal.err(`Using the host inside Vite: ${host.url}`);
    return remoteAt(host, options);
  }
  try {
    const remote = await remoteOf(options, terminal);
    if (options.anonymous) await remote.api.isKnown(); // nobody has asked it anything yet
    return remote;
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_UNREACHABLE') throw error;
    throw new SpacetickError(
      error.code,
      `${error.message}. A host inside Vite (npm run dev) is at Vite's address: --server http://localhost:${VITE_PORT}`,
      { cause: error },
    );
  }
}

function remoteAt({ url, token }: DevHost, { anonymous }: MeantOptions): Remote {
  const shown = anonymous ? undefined : token;
  return { name: url, url, token: shown, api: new HostApi(url, shown) };
}

/** Whether two addresses are one; `localhost` is any of this machine. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  if (a.protocol !== b.protocol || a.port !== b.port) return false;
  const isNamed = [a, b].some(({ hostname }) => hostname === 'localhost');
  return a.hostname === b.hostname || (isNamed && isLocal(one) && isLocal(other));
}

/** Whether a host is there, and has the database that is asked about. */
async function hasDatabase(url: string, database: string | undefined): Promise<boolean> {
  try {
    const api = new HostApi(url);
    return database === undefined ? await api.isKnown() : (await api.identityOf(database)) !== undefined;
  } catch {
    return false;
  }
}
