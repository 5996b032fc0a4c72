import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { type KeyFiles, NodeHost, type SocketLimits } from '../../host/node/index.ts';
import { UNNAMED } from '../database-name.ts';
import { defaultDataDirectory, type FolderOptions } from '../files.ts';
import { editionFlag, positive } from '../flags.ts';
import { formatLog } from '../log-line.ts';
import type { Terminal } from '../terminal.ts';

const DEFAULT_ADDRESS = '127.0.0.1:3000'; // publishing is running code: only this machine may, unless told otherwise

export interface StartOptions extends FolderOptions {
  listenAddr?: string;
  dataDir?: string;
  inMemory?: boolean;
  jwtPubKeyPath?: string;
  jwtPrivKeyPath?: string;
  issuer?: readonly string[];
  maxMessageBytes?: number;
  maxRequestsPerSecond?: number;
}

export function startCommand(terminal: Terminal): Command {
  return new Command('start')
    .description('Start a host that runs databases')
    .option('-l, --listen-addr <address>', 'address to listen on (default 127.0.0.1:3000)')
    .option('--data-dir <folder>', 'where keys and published programs are kept')
    .option('--in-memory', 'keep nothing')
    .option('--jwt-pub-key-path <file>', "the host's public key, if not in its data directory")
    .option('--jwt-priv-key-path <file>', 'its private key; both are made when they are not there')
    .option('--issuer <url...>', 'take tokens of these OpenID Connect issuers only, wherever they are')
    .option('--max-message-bytes <bytes>', 'largest message of a client (default 4194304)', positive)
    .option(
      '--max-requests-per-second <count>',
      'calls, subscriptions and queries of a client (default: no limit)',
      positive,
    )
    .option('--non-interactive', 'accepted; nothing is asked')
    .addOption(editionFlag())
    .action(async (_options, command: Command) => {
      const starting = start(command.optsWithGlobals(), terminal);
      const stop = async (): Promise<void> => {
        terminal.out('Stopping.');
        await (await starting).host.close();
        process.exit(0);
      };
      // From now on: a signal that comes while it starts is not lost. Why it did not start is said elsewhere.
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => void stop().catch(() => undefined));
      await starting;
    });
}

/** A host that listens. */
export interface RunningHost {
  readonly url: string;
  readonly host: NodeHost;
}

/** Starts a host and says where it is. @throws SpacetickError E_LISTEN, E_DATA_IN_USE, E_KEYS, E_DATA_DIRECTORY */
export async function start(options: StartOptions, terminal: Terminal): Promise<RunningHost> {
  const address = parseAddress(options.listenAddr ?? DEFAULT_ADDRESS);
  const dataDirectory = options.inMemory ? undefined : (options.dataDir ?? defaultDataDirectory(options));
  const host = await NodeHost.open({
    dataDirectory,
    keyFiles: keyFiles(options),
    issuers: options.issuer,
    limits: limits(options),
    onLog: (database, record) => terminal.out(`${database}: ${formatLog(record, terminal.isWatched)}`),
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
    for (const database of host.host.databases) {
      const names = host.host.namesOf(database).join(', ') || UNNAMED;
      terminal.out(`Database: ${names} ${database.identity.hex}`);
    }
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

/** @throws SpacetickError E_USAGE for half a pair */
function keyFiles({ jwtPubKeyPath, jwtPrivKeyPath }: StartOptions): KeyFiles | undefined {
  if (jwtPubKeyPath === undefined && jwtPrivKeyPath === undefined) return undefined;
  if (jwtPubKeyPath !== undefined && jwtPrivKeyPath !== undefined) {
    return { private: jwtPrivKeyPath, public: jwtPubKeyPath };
  }
  throw new SpacetickError('E_USAGE', 'Give both keys: --jwt-pub-key-path and --jwt-priv-key-path.');
}

function limits({ maxMessageBytes, maxRequestsPerSecond }: StartOptions): Partial<SocketLimits> {
  return {
    ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    ...(maxRequestsPerSecond !== undefined && { maxRequestsPerSecond }),
  };
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
