import { existsSync } from 'node:fs';
import { SpacetickError } from '../../host/index.ts';
import { HostApi } from '../api.ts';
import { Credentials, serverUrl } from '../config.ts';
import { bundleModule } from '../tasks/bundle.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

export interface PublishOptions {
  server?: string;
  modulePath?: string;
  deleteData?: boolean | string;
  anonymous?: boolean;
  yes?: boolean;
}

/** Where a project keeps its module unless told otherwise. */
export function defaultModulePath(): string {
  return existsSync('spacetimedb') ? 'spacetimedb' : '.';
}

/** Bundles the module and publishes it. Prints as the real command line does (`api.md` 6.4). */
export async function publish(
  name: string | undefined,
  options: PublishOptions,
  terminal: Terminal,
  credentials = new Credentials(),
): Promise<void> {
  if (name === undefined) {
    throw new SpacetickError('E_USAGE', 'Say what the database is called: spacetick publish my-game');
  }
  const server = options.server ?? 'local';
  const url = serverUrl(server);
  const bundled = await bundleModule(options.modulePath ?? defaultModulePath());
  for (const warning of bundled.module.warnings) terminal.err(`Warning: ${warning}`);
  const deleteData = options.deleteData === true || options.deleteData === 'always';
  if (deleteData) {
    await mustConfirm(terminal, `All data of ${name} will be deleted. Go on?`, options.yes ?? false);
  }
  terminal.out(`Uploading to ${server} => ${url}`);
  const token = options.anonymous ? undefined : await tokenFor(url, credentials);
  terminal.out('Publishing module...');
  const { op, database_identity: identity } = await new HostApi(url, token).publish(name, bundled.source, deleteData);
  terminal.out(`${op === 'created' ? 'Created new' : 'Updated'} database with name: ${name}, identity: ${identity}`);
}

/** The token kept for a server; made on first use. */
async function tokenFor(url: string, credentials: Credentials): Promise<string> {
  const kept = await credentials.load(url);
  if (kept !== undefined) return kept;
  const { token } = await new HostApi(url).newIdentity();
  await credentials.save(url, token);
  return token;
}
