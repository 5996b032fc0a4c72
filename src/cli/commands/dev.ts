import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { SpacetickError } from '../../host/index.ts';
import { Answers } from '../answers.ts';
import { HostApi } from '../api.ts';
import { ClientProcess } from '../client-process.ts';
import { envFlag, MODULE_HELP, serverFlag, yesFlags } from '../command-flags.ts';
import { withCode } from '../error-text.ts';
import { type DevOptions, devProject, type Job, jobOutside, jobsOf } from '../project/dev-jobs.ts';
import { selection } from '../project/flags.ts';
import { ProjectWatch } from '../project/project-watch.ts';
import { type Remote, remoteOf } from '../remote.ts';
import { isLocal, Servers } from '../servers.ts';
import { type DevEvent, DevModule } from '../tasks/dev-module.ts';
import { Watch } from '../tasks/watch.ts';
import { mustConfirm, type Terminal, whileBusy } from '../terminal.ts';
import { checkBindingsLanguage } from './generate.ts';
import { refuseMainCloud } from './publish.ts';
import { type RunningHost, start } from './start.ts';

const USUAL_ENV = 'dev'; // of spacetime.json: what one works with

export function devCommand(terminal: Terminal): Command {
  const command = new Command('dev')
    .description('Build, publish and generate again whenever the module changes')
    .argument('[name]', "the database's name (default: that of package.json, else of the folder)")
    .option('-p, --module-path <folder>', MODULE_HELP)
    .option('--project-path <folder>', 'work in this folder')
    .option('--module-bindings-path <folder>', 'where the bindings go (default src/module_bindings)')
    .option('-c, --delete-data', 'begin with empty tables; =on-conflict (the default on this machine), =never')
    .addOption(new Option('--delete-data-when <when>').hideHelp())
    .addOption(new Option('--client-lang <language>').hideHelp())
    .option('--run <command>', 'the client, run once the module is published')
    .option('--server-only', 'no bindings and no client')
    .option('--skip-publish', 'do not publish')
    .option('--skip-generate', 'no bindings')
    .action((name, _options, command: Command) => dev(name, command.optsWithGlobals(), terminal));
  return envFlag(yesFlags(serverFlag(command)));
}

async function dev(given: string | undefined, options: DevOptions, terminal: Terminal): Promise<void> {
  checkBindingsLanguage(options.clientLang);
  if (options.projectPath !== undefined) process.chdir(options.projectPath);
  const selected = selection(given, options, terminal, USUAL_ENV);
  const jobs = selected === undefined ? [jobOutside(given, options)] : jobsOf(selected, options, terminal);
  const signalled = signal(); // from now on: one that comes while it starts is not lost
  const hosts: RunningHost[] = [];
  const modules: DevModule[] = [];
  const read = () => devProject(given, options, USUAL_ENV);
  const project = selected && new ProjectWatch(selected.project, read, terminal);
  const watch = new Watch((files) => {
    project?.look(files);
    for (const module of modules) {
      watch.tree(module.folder); // a folder may have come
      const file = files.find((changed) => module.concerns(changed));
      if (file === undefined) continue;
      terminal.out(`${shown(file)} changed`);
      void whileBusy(terminal, 'Building', () => module.publish());
    }
  });
  const end = async (): Promise<void> => {
    watch.close();
    for (const { host } of hosts) await host.close();
  };
  if (project !== undefined) watch.files([project.file]);
  try {
    for (const job of jobs) {
      const host = options.skipPublish ? undefined : await hostIfNeeded(job.options, terminal);
      if (host !== undefined) hosts.push(host);
      const remote = options.skipPublish ? undefined : await remoteFor(job, terminal);
      const module = devModule(job, remote, watch, terminal);
      modules.push(module);
      watch.tree(module.folder);
      await whileBusy(terminal, 'Building', () => module.publish());
    }
  } catch (error) {
    await end(); // what is open would keep the process
    throw error;
  }
  const run = options.run ?? selected?.project.run;
  const ready = Promise.all(modules.map((module) => module.ready));
  const client =
    run === undefined || options.serverOnly ? undefined : new ClientProcess(run, selected?.project.folder, ready);
  const folders = new Set(modules.map(({ folder }) => shown(folder)));
  terminal.out(`Watching ${[...folders].join(', ')} for changes. Ctrl-C ends it.`);
  if (client !== undefined && modules.some(({ isBroken }) => isBroken))
    terminal.out('The client is started once the module is published.');
  await Promise.race([signalled, ...(client === undefined ? [] : [client.ended])]);
  client?.end();
  await end();
  process.exit(0);
}

/** Where a database goes. What others may use too is published to, again and again, only after a yes. */
async function remoteFor({ name, options, isShared }: Job, terminal: Terminal): Promise<Remote> {
  const url = (await Servers.load(options)).urlFor(options);
  refuseMainCloud(url);
  if (isShared && !isLocal(url)) {
    const question = `spacetime.json, which others have too, names ${name} on ${url}. Publish there while you work?`;
    await mustConfirm(terminal, question, new Answers(options).isYes('remote'));
  }
  return remoteOf(options, terminal);
}

function devModule(job: Job, remote: Remote | undefined, watch: Watch, terminal: Terminal): DevModule {
  const { name, entry, bindings, options } = job;
  let isFirst = true;
  return new DevModule({
    module: entry,
    bindings,
    publish: async (source) => {
      if (remote === undefined) return;
      const op = await put(remote, name, source, options, isFirst, terminal);
      isFirst = false;
      terminal.out(`${op === 'created' ? 'Created' : 'Updated'} database ${name} on ${remote.url}`);
    },
    onFiles: (files) => watch.files(files),
    report: (event) => say(event, terminal),
  });
}

/** One line for each step; publishing says its own. */
function say(event: DevEvent, terminal: Terminal): void {
  if (event.is === 'built') terminal.out(`Built the module in ${Math.round(event.ms)} ms`);
  if (event.is === 'warning') terminal.err(`Warning: ${event.text}`);
  if (event.is === 'broken') terminal.err(`Error: ${withCode(event.text, event.code)}`);
  if (event.is !== 'bound' || event.files.length === 0) return;
  const count = event.files.length === 1 ? '1 file' : `${event.files.length} files`;
  terminal.out(`Wrote ${count} of bindings to ${shown(event.folder)}`);
}

/** A path as it is typed from here. */
function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}

/** A host of this process, when the one on this machine that is meant is not running. */
async function hostIfNeeded(options: DevOptions, terminal: Terminal): Promise<RunningHost | undefined> {
  const url = (await Servers.load(options)).urlFor(options);
  const { protocol, hostname, port } = new URL(url);
  if (!isLocal(url) || protocol !== 'http:') return undefined;
  try {
    await new HostApi(url).isKnown();
    return undefined;
  } catch (error) {
    if ((error as SpacetickError).code !== 'E_UNREACHABLE') throw error;
    const address = hostname === 'localhost' ? '127.0.0.1' : hostname;
    return start({ ...options, listenAddr: `${address}:${port || 80}` }, terminal);
  }
}

/** Publishes; clients whose tables change are disconnected. Rows that do not fit go where that was allowed. */
async function put(
  { api, url }: Remote,
  name: string,
  source: string,
  options: DevOptions,
  isFirst: boolean,
  terminal: Terminal,
): Promise<string> {
  const when = options.deleteDataWhen ?? (options.deleteData ? 'always' : isLocal(url) ? 'on-conflict' : 'never');
  try {
    const deleteData = when === 'always' && isFirst;
    return (await api.publish(name, source, { deleteData, breakClients: true })).op;
  } catch (error) {
    const { code, message } = error as SpacetickError;
    if (code !== 'E_MIGRATION' || when === 'never') throw error;
    terminal.err(`The tables begin empty:\n${message.split('\n').slice(1, -1).join('\n')}`);
    return (await api.publish(name, source, { deleteData: true, breakClients: true })).op;
  }
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}
