import { existsSync } from 'node:fs';
import { SpacetickError } from '../../host/index.ts';
import { HostApi, type PublishSuccess } from '../api.ts';
import { Credentials, serverUrl } from '../config.ts';
import { bundleModule } from '../tasks/bundle.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

export interface PublishOptions {
  server?: string;
  modulePath?: string;
  deleteData?: boolean;
  deleteDataWhen?: string;
  breakClients?: boolean;
  anonymous?: boolean;
  yes?: boolean;
}

const DELETE_DATA = ['always', 'on-conflict', 'never'];

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
  const deleteData = whenToDelete(options);
  const bundled = await bundleModule(options.modulePath ?? defaultModulePath());
  for (const warning of bundled.module.warnings) terminal.err(`Warning: ${warning}`);
  const mayDelete = () => mustConfirm(terminal, `All data of ${name} will be deleted. Go on?`, options.yes ?? false);
  if (deleteData === 'always') await mayDelete();
  terminal.out(`Uploading to ${server} => ${url}`);
  const token = options.anonymous ? undefined : await tokenFor(url, credentials, terminal, options.yes ?? false);
  terminal.out('Publishing module...');
  const api = new HostApi(url, token);
  const send = (clear: boolean): Promise<PublishSuccess> =>
    api.publish(name, bundled.source, { deleteData: clear, breakClients: options.breakClients ?? false });
  const { op, database_identity: identity } = await send(deleteData === 'always').catch(async (error) => {
    if (deleteData !== 'on-conflict' || (error as SpacetickError).code !== 'E_MIGRATION') throw error;
    terminal.err((error as SpacetickError).message);
    await mayDelete();
    return send(true);
  });
  terminal.out(`${op === 'created' ? 'Created new' : 'Updated'} database with name: ${name}, identity: ${identity}`);
}

/** @throws SpacetickError E_USAGE */
function whenToDelete({ deleteData, deleteDataWhen }: PublishOptions): string {
  const when = deleteDataWhen ?? (deleteData ? 'always' : 'never');
  if (DELETE_DATA.includes(when)) return when;
  throw new SpacetickError('E_USAGE', `--delete-data=${when} is none of ${DELETE_DATA.join(', ')}.`);
}

/** The token kept for a server; made on first use. @throws SpacetickError E_DECLINED */
async function tokenFor(url: string, credentials: Credentials, terminal: Terminal, isYes: boolean): Promise<string> {
  const kept = await credentials.load(url);
  if (kept !== undefined) {
    if (await new HostApi(url, kept).isKnown()) return kept;
    await mustConfirm(
      terminal,
      `The host at ${url} does not know the identity kept for it: its keys are new. Go on with a new identity?`,
      isYes,
    );
  }
  const { token } = await new HostApi(url).newIdentity();
  await credentials.save(url, token);
  return token;
}
