import { Command, Option } from 'commander';
import { isIdentityText, SpacetickError } from '../../host/index.ts';
import { Answers } from '../answers.ts';
import type { HostApi, PublishSuccess } from '../api.ts';
import { anonymousFlag, envFlag, moduleFlags, optionsOf, serverFlag, yesFlags } from '../command-flags.ts';
import { optionsFor, selection } from '../project/flags.ts';
import type { MeantOptions } from '../project/meant.ts';
import { remoteOf } from '../remote.ts';
import { isLocal, isMainCloud, Servers } from '../servers.ts';
import { type ModuleOptions, readModule } from '../tasks/read-module.ts';
import { mustConfirm, type Terminal, whileBusy } from '../terminal.ts';

interface PublishOptions extends ModuleOptions, MeantOptions {
  deleteData?: boolean;
  deleteDataWhen?: string;
  breakClients?: boolean;
}

const DELETE_DATA = ['always', 'on-conflict', 'never'];

export function publishCommand(terminal: Terminal): Command {
  const command = new Command('publish')
    .description('Bundle a module and publish it to a host')
    .argument(
      '[name]',
      "the database's name, or the identity of one that is there; without, those of spacetime.json, else a new one that has none",
    )
    .option('-j, --js-path <file>', 'the module, bundled already')
    .option('-c, --delete-data', 'begin with empty tables; =on-conflict only when the rows do not fit')
    .addOption(new Option('--delete-data-when <when>').hideHelp())
    .addOption(new Option('--clear-database').hideHelp())
    .option('--break-clients', 'disconnect clients whose tables change')
    .action((name, _options, command: Command) => publishAll(name, optionsOf(command), terminal));
  return envFlag(yesFlags(anonymousFlag(moduleFlags(serverFlag(command)))));
}

/** Publishes the databases of the project, or those of a name; outside of one the database of that name, or a new one. */
async function publishAll(name: string | undefined, options: PublishOptions, terminal: Terminal): Promise<void> {
  const selected = selection(name, options, terminal);
  if (selected !== undefined) {
    const { project, targets } = selected;
    const all = targets.map((target) => [target.database, optionsFor(options, target, project)] as const);
    for (const [database, own] of all) await publish(database, own, terminal);
    return;
  }
  await publish(name, options, terminal);
}

/** Bundles the module and publishes it. Prints as the real command line does (`api.md` 6.4). */
async function publish(name: string | undefined, options: PublishOptions, terminal: Terminal): Promise<void> {
  const url = (await Servers.load(options)).urlFor(options);
  const answers = new Answers(options);
  const deleteData = whenToDelete(options);
  if (name === undefined && deleteData !== 'never') {
    throw new SpacetickError(
      'E_USAGE',
      '--delete-data: without a name a new database is made, which is empty. Name the one that is meant: ' +
        'spacetick publish my-game --delete-data',
    );
  }
  refuseMainCloud(url);
  const { source, module } = await whileBusy(terminal, 'Bundling the module', () => readModule(options));
  for (const warning of module.warnings) terminal.err(`Warning: ${warning}`);
  if (!isLocal(url)) {
    await mustConfirm(terminal, `The server at ${url} is not on this machine. Publish there?`, answers.isYes('remote'));
  }
  const mayDelete = () =>
    mustConfirm(terminal, `All data of ${name} will be deleted. Go on?`, answers.isYes('delete-data'));
  if (deleteData === 'always') await mayDelete();
  const remote = await remoteOf(options, terminal);
  const change = await planned(remote.api, name, source, deleteData, terminal);
  if (change.mustDelete) await mayDelete();
  const mayBreak = options.breakClients || answers.names('break-clients');
  if (change.breaksClients && !mayBreak && !(await terminal.confirm('Clients will be disconnected. Go on?'))) {
    throw new SpacetickError(
      'E_BREAKS_CLIENTS',
      'Aborting: clients would be disconnected. Publish with --break-clients to do so, and generate bindings again.',
    );
  }
  terminal.out(`Uploading to ${remote.name} => ${url}`);
  terminal.out('Publishing module...');
  const done: PublishSuccess = await whileBusy(terminal, 'Publishing', () =>
    remote.api.publish(name, source, {
      deleteData: change.mustDelete || deleteData === 'always',
      breakClients: mayBreak || change.breaksClients,
      planToken: change.token,
    }),
  );
  const called = name === undefined || isIdentityText(name) ? '' : `name: ${name}, `;
  const what = done.op === 'created' ? 'Created new' : 'Updated';
  terminal.out(`${what} database with ${called}identity: ${done.database_identity}`);
}

/** @throws SpacetickError E_USAGE */
export function refuseMainCloud(url: string): void {
  if (!isMainCloud(url)) return;
  throw new SpacetickError(
    'E_USAGE',
    'What is bundled here runs on hosts of spacetick, not on MainCloud. Publish the same module there with: ' +
      'spacetime publish --server maincloud',
  );
}

interface Change {
  readonly mustDelete: boolean;
  readonly breaksClients: boolean;
  readonly token: string | undefined;
}

const NOTHING: Change = { mustDelete: false, breaksClients: false, token: undefined };

/** What the publish will change in a database that is there; said. @throws SpacetickError E_MIGRATION */
async function planned(
  api: HostApi,
  name: string | undefined,
  source: string,
  deleteData: string,
  terminal: Terminal,
): Promise<Change> {
  if (name === undefined || deleteData === 'always' || (await api.identityOf(name)) === undefined) return NOTHING;
  terminal.out('Checking for breaking changes...');
  // Somebody else's database is not planned for: the publish itself says whose it is.
  const plan = await api.prePublish(name, source).catch((error: SpacetickError) => {
    if (error.code === 'E_HOST_REFUSED' && /does not own/.test(error.message)) return undefined;
    throw error;
  });
  if (plan === undefined) return NOTHING;
  if ('AutoMigrate' in plan) {
    const { migrate_plan: steps, break_clients: breaksClients, token } = plan.AutoMigrate;
    if (steps.trim() !== '') terminal.out(steps.trimEnd());
    return { mustDelete: false, breaksClients, token };
  }
  const { reason } = plan.ManualMigrate;
  if (deleteData !== 'on-conflict') {
    throw new SpacetickError('E_MIGRATION', `${reason}\nAborting publish due to required manual migration.`);
  }
  terminal.err(reason);
  return { mustDelete: true, breaksClients: false, token: undefined };
}

/** @throws SpacetickError E_USAGE */
function whenToDelete({ deleteData, deleteDataWhen }: PublishOptions): string {
  const when = deleteDataWhen ?? (deleteData ? 'always' : 'never');
  if (DELETE_DATA.includes(when)) return when;
  throw new SpacetickError('E_USAGE', `--delete-data=${when} is none of ${DELETE_DATA.join(', ')}.`);
}
