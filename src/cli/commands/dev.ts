import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { checkName, type SpacetickError } from '../../host/index.ts';
import { HostApi } from '../api.ts';
import { MODULE_HELP, serverFlag, yesFlags } from '../command-flags.ts';
import { nearestName } from '../database-name.ts';
import { type Remote, type RemoteOptions, remoteOf } from '../remote.ts';
import { isLocal, Servers } from '../servers.ts';
import { type DevEvent, DevModule } from '../tasks/dev-module.ts';
import { findEntry } from '../tasks/module-entry.ts';
import { Watch } from '../tasks/watch.ts';
import { type Terminal, whileBusy } from '../terminal.ts';
import { checkBindingsLanguage } from './generate.ts';
import { type RunningHost, start } from './start.ts';

interface DevOptions extends RemoteOptions {
  modulePath?: string;
  projectPath?: string;
  moduleBindingsPath?: string;
  clientLang?: string;
  deleteData?: boolean;
  deleteDataWhen?: string;
  run?: string;
  serverOnly?: boolean;
  skipPublish?: boolean;
  skipGenerate?: boolean;
}

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
  return yesFlags(serverFlag(command));
}

async function dev(given: string | undefined, options: DevOptions, terminal: Terminal): Promise<void> {
  checkBindingsLanguage(options.clientLang);
  if (options.projectPath !== undefined) process.chdir(options.projectPath);
  const name = given ?? usualName();
  checkName(name);
  const entry = findEntry(options.modulePath);
  const signalled = signal(); // from now on: one that comes while it starts is not lost
  const host = options.skipPublish ? undefined : await hostIfNeeded(options, terminal);
  const remote = options.skipPublish ? undefined : await remoteOf(options, terminal);
  const bindings = options.serverOnly || options.skipGenerate ? undefined : bindingsPath(options);
  let isFirst = true;
  const module = new DevModule({
    module: entry,
    bindings,
    publish: async (source) => {
      if (remote === undefined) return;
      const op = await put(remote, name, source, options, isFirst, terminal);
      isFirst = false;
      terminal.out(`${op === 'created' ? 'Created' : 'Updated'} database ${name} on ${remote.url}`);
    },
    onFiles: (files) => watch.files(files),
    report: (event) => say(event, bindings, terminal),
  });
  const watch = new Watch((files) => {
    watch.tree(module.folder); // a folder may have come
    const file = files.find((changed) => module.concerns(changed));
    if (file === undefined) return;
    terminal.out(`${shown(file)} changed`);
    void whileBusy(terminal, 'Building', () => module.publish());
  });
  watch.tree(module.folder);
  await whileBusy(terminal, 'Building', () => module.publish());
  const client = options.run === undefined || options.serverOnly ? undefined : runClient(options.run);
  terminal.out(`Watching ${shown(module.folder)} for changes. Ctrl-C ends it.`);
  await Promise.race([signalled, ...(client === undefined ? [] : [once(client, 'exit')])]);
  watch.close();
  if (client !== undefined) endClient(client);
  await host?.host.close();
  process.exit(0);
}

/** One line for each step; publishing says its own. */
function say(event: DevEvent, bindings: string | undefined, terminal: Terminal): void {
  if (event.is === 'built') terminal.out(`Built the module in ${Math.round(event.ms)} ms`);
  if (event.is === 'warning') terminal.err(`Warning: ${event.text}`);
  if (event.is === 'broken') terminal.err(`Error: ${event.text}`);
  if (event.is !== 'bound' || bindings === undefined || event.files.length === 0) return;
  const count = event.files.length === 1 ? '1 file' : `${event.files.length} files`;
  terminal.out(`Wrote ${count} of bindings to ${shown(bindings)}`);
}

/** A path as it is typed from here. */
function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}

/** A host of this process, when the one on this machine that is meant is not running. */
async function hostIfNeeded(options: DevOptions, terminal: Terminal): Promise<RunningHost | undefined> {
  const url = (await Servers.load(options)).urlOf(options.server);
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

/** The name of the package, or of the folder, as a database may be called. */
function usualName(): string {
  const file = resolve('package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }) : {};
  return nearestName(manifest.name ?? basename(process.cwd()));
}

function bindingsPath({ moduleBindingsPath }: DevOptions): string {
  const usual = existsSync('client/src') ? 'client/src/module_bindings' : 'src/module_bindings';
  return resolve(moduleBindingsPath ?? usual);
}

function runClient(command: string): ChildProcess {
  return spawn(command, { shell: true, stdio: 'inherit', detached: !hasKeyboard() });
}

/** Ends what the command started, not only the shell that it runs in. */
function endClient(client: ChildProcess): void {
  try {
    if (hasKeyboard() || client.pid === undefined) client.kill();
    else process.kill(-client.pid);
  } catch {
    // it has ended
  }
}

/** Whether Ctrl-C reaches the client by itself; else it is a group of its own, which is ended as a whole. */
function hasKeyboard(): boolean {
  return process.stdin.isTTY === true || process.platform === 'win32';
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}
