import { SpacetickError } from '../../host/index.ts';
import { type AnswerOptions, Answers } from '../answers.ts';
import { HostApi, type PublishSuccess } from '../api.ts';
import { Credentials, isLocal, isMainCloud, serverUrl } from '../config.ts';
import { type ModuleOptions, readModule } from '../tasks/read-module.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

export interface PublishOptions extends ModuleOptions, AnswerOptions {
  server?: string;
  deleteData?: boolean;
  deleteDataWhen?: string;
  breakClients?: boolean;
  anonymous?: boolean;
  rootDir?: string;
}

const DELETE_DATA = ['always', 'on-conflict', 'never'];

/** Bundles the module and publishes it. Prints as the real command line does (`api.md` 6.4). */
export async function publish(name: string | undefined, options: PublishOptions, terminal: Terminal): Promise<void> {
  if (name === undefined) {
    throw new SpacetickError('E_USAGE', 'Say what the database is called: spacetick publish my-game');
  }
  const server = options.server ?? 'local';
  const url = serverUrl(server);
  const answers = new Answers(options);
  const deleteData = whenToDelete(options);
  const breakClients = options.breakClients || answers.names('break-clients');
  if (isMainCloud(url)) {
    throw new SpacetickError(
      'E_USAGE',
      'What is bundled here runs on hosts of spacetick, not on MainCloud. Publish the same module there with: ' +
        'spacetime publish --server maincloud',
    );
  }
  const { source, module } = await readModule(options);
  for (const warning of module.warnings) terminal.err(`Warning: ${warning}`);
  if (!isLocal(url)) {
    await mustConfirm(terminal, `The server at ${url} is not on this machine. Publish there?`, answers.isYes('remote'));
  }
  const mayDelete = () =>
    mustConfirm(terminal, `All data of ${name} will be deleted. Go on?`, answers.isYes('delete-data'));
  if (deleteData === 'always') await mayDelete();
  const credentials = new Credentials(options.rootDir);
  const isYes = answers.isYes('skip-login');
  const token = options.anonymous ? undefined : await tokenFor(url, credentials, terminal, isYes);
  const api = new HostApi(url, token);
  if (deleteData !== 'always' && (await api.hasDatabase(name))) terminal.out('Checking for breaking changes...');
  terminal.out(`Uploading to ${server} => ${url}`);
  terminal.out('Publishing module...');
  const send = (clear: boolean): Promise<PublishSuccess> =>
    api.publish(name, source, { deleteData: clear, breakClients });
  const { op, database_identity: identity } = await send(deleteData === 'always').catch(async (error) => {
    const { code, message } = error as SpacetickError;
    if (code !== 'E_MIGRATION') throw error;
    if (deleteData !== 'on-conflict') {
      const text = `${message}\nAborting publish due to required manual migration.`;
      throw new SpacetickError('E_MIGRATION', text, { cause: error });
    }
    terminal.err(message);
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
