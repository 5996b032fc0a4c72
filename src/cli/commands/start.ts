import { SpacetickError } from '../../host/index.ts';
import { NodeHost } from '../../host/node/index.ts';
import { defaultDataDirectory } from '../config.ts';
import { formatLog } from '../log-line.ts';
import type { Terminal } from '../terminal.ts';

const DEFAULT_ADDRESS = '127.0.0.1:3000'; // publishing is running code: only this machine may, unless told otherwise

export interface StartOptions {
  listenAddr?: string;
  dataDir?: string;
  inMemory?: boolean;
  rootDir?: string;
}

/** A host that listens. */
export interface RunningHost {
  readonly url: string;
  readonly host: NodeHost;
}

/** Starts a host and says where it is. @throws SpacetickError E_LISTEN, E_DATA_IN_USE, E_KEYS, E_DATA_DIRECTORY */
export async function start(options: StartOptions, terminal: Terminal): Promise<RunningHost> {
  const address = parseAddress(options.listenAddr ?? DEFAULT_ADDRESS);
  const dataDirectory = options.inMemory ? undefined : (options.dataDir ?? defaultDataDirectory(options.rootDir));
  const host = await NodeHost.open({
    dataDirectory,
    onLog: (database, record) => terminal.out(`${database}: ${formatLog(record)}`),
  });
  try {
    const url = await host.listen(address);
    terminal.out(`spacetick host listening on ${url}`);
    terminal.out(
      dataDirectory === undefined
        ? 'Nothing is kept: keys and programs end with this host.'
        : `Data directory: ${dataDirectory}`,
    );
    terminal.out('Rows live in memory: after a restart databases begin again with their init reducer.');
    for (const database of host.host.databases) terminal.out(`Database: ${database.name} ${database.identity.hex}`);
    if (!isLoopback(address.host)) {
      terminal.err(
        `Warning: ${address.host} can be reached from other machines, and whoever reaches it can publish code.`,
      );
    }
    return { url, host };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** `host:port`, `port`, `:port` or `[::1]:port`. @throws SpacetickError E_ADDRESS */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65535) {
    throw new SpacetickError('E_ADDRESS', `${text} is no address to listen on. Write it like ${DEFAULT_ADDRESS}.`);
  }
  return { host: match[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
