import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { checkName, SpacetickError } from '../../host/index.ts';
import { HostApi } from '../api.ts';
import { serverFlag, yesFlags } from '../command-flags.ts';
import { DevLoop } from '../dev-loop.ts';
import { type Remote, type RemoteOptions, remoteOf } from '../remote.ts';
import { isLocal, Servers } from '../servers.ts';
import { type BuiltModule, buildModule } from '../tasks/build-module.ts';
import { bundleModule } from '../tasks/bundle.ts';
import { findEntry } from '../tasks/module-entry.ts';
import { type Terminal, whileBusy } from '../terminal.ts';
import { type RunningHost, start } from './start.ts';

interface DevOptions extends RemoteOptions {
  modulePath?: string;
  projectPath?: string;
  moduleBindingsPath?: string;
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
    .option('-p, --module-path <folder>', 'the module (default ./spacetimedb, else .)')
    .option('--project-path <folder>', 'work in this folder')
    .option('--module-bindings-path <folder>', 'where the bindings go (default src/module_bindings)')
    .option('-c, --delete-data', 'begin with empty tables; =on-conflict (the default on this machine), =never')
    .addOption(new Option('--delete-data-when <when>').hideHelp())
    .option('--run <command>', 'the client, run once the module is published')
    .option('--server-only', 'no bindings and no client')
    .option('--skip-publish', 'do not publish')
    .option('--skip-generate', 'no bindings')
    .action((name, _options, command: Command) => dev(name, command.optsWithGlobals(), terminal));
  return yesFlags(serverFlag(command));
}

async function dev(given: string | undefined, options: DevOptions, terminal: Terminal): Promise<void> {
  if (options.projectPath !== undefined) process.chdir(options.projectPath);
  const name = given ?? usualName();
  checkName(name);
  const entry = findEntry(options.modulePath);
  const host = options.skipPublish ? undefined : await hostIfNeeded(options, terminal);
  const remote = options.skipPublish ? undefined : await remoteOf(options, terminal);
  const bindings = options.serverOnly || options.skipGenerate ? undefined : bindingsPath(options);
  let published: string | undefined;
  let isBroken = false;
  const loop = new DevLoop(async () => {
    try {
      const built = await whileBusy(terminal, 'Building', () =>
        bindings === undefined ? bundled(entry) : buildModule(entry, bindings),
      );
      if (remote !== undefined && (built.source !== published || isBroken)) {
        for (const warning of built.warnings) terminal.err(`Warning: ${warning}`);
        const op = await put(remote, name, built.source, options, published === undefined, terminal);
        await built.putBindings();
        terminal.out(`${op === 'created' ? 'Created' : 'Updated'} database ${name} on ${remote.url}`);
      } else await built.putBindings();
      published = built.source;
      isBroken = false;
      return built.files;
    } catch (error) {
      isBroken = true;
      terminal.err(`Error: ${error instanceof SpacetickError ? error.message : String((error as Error).stack)}`);
      if (published !== undefined) terminal.err('The version before it goes on.');
      return undefined;
    }
  });
  loop.watch(dirname(entry));
  await loop.run();
  const client = options.run === undefined || options.serverOnly ? undefined : runClient(options.run);
  terminal.out(`Watching ${dirname(entry)} for changes. Ctrl-C ends it.`);
  await stopped(client);
  loop.close();
  if (client !== undefined) endClient(client);
  await host?.host.close();
  process.exit(0);
}

/** The module without bindings. */
async function bundled(entry: string): Promise<BuiltModule> {
  const { source, module, files } = await bundleModule(entry);
  return { source, files, warnings: module.warnings, putBindings: async () => undefined };
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
  const name = manifest.name ?? basename(process.cwd());
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
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

/** Resolves on a signal, or when the client has ended. */
function stopped(client: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    client?.once('exit', () => resolve());
  });
}
