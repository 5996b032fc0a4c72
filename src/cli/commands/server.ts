import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { deleteKept, keptFiles } from '../../host/node/index.ts';
import { type AnswerOptions, Answers } from '../answers.ts';
import { HostApi } from '../api.ts';
import { yesFlags } from '../command-flags.ts';
import { defaultDataDirectory, type FolderOptions } from '../files.ts';
import { Servers } from '../servers.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

interface EntryOptions extends FolderOptions {
  url?: string;
  default?: boolean;
  fingerprint?: boolean;
  newName?: string;
}

export function serverCommand(terminal: Terminal): Command {
  const server = new Command('server').description('Manage the servers that are known by name');
  server
    .command('list')
    .description('List them')
    .action(async (_options, command: Command) => list(await Servers.load(command.optsWithGlobals()), terminal));
  server
    .command('set-default')
    .description('Choose the one that is meant when none is named')
    .argument('<server>', 'name or address')
    .action((name: string, _options, command: Command) =>
      change(command.optsWithGlobals(), async (servers) => {
        servers.setDefault(name);
        terminal.out(`Set default server to ${servers.defaultServer}`);
      }),
    );
  yesFlags(server.command('add'))
    .description('Give a server a name')
    .argument('<name>', 'what it is called')
    .requiredOption('--url <url>', 'its address')
    .option('-d, --default', 'it is meant when none is named')
    .option('--no-fingerprint', 'do not ask it for its key')
    .action((name: string, _options, command: Command) => add(name, command.optsWithGlobals(), terminal));
  yesFlags(server.command('remove'))
    .description('Forget a server')
    .argument('<server>', 'name or address')
    .action((name: string, _options, command: Command) =>
      change(command.optsWithGlobals(), async (servers) => {
        const known = servers.nameOf(name);
        servers.remove(known);
        terminal.out(`Removed server ${known}`);
      }),
    );
  yesFlags(server.command('edit'))
    .description('Change name or address of a server')
    .argument('<server>', 'name or address')
    .option('--new-name <name>', 'what it is called from now on')
    .option('--url <url>', 'its address')
    .option('--no-fingerprint', 'do not ask it for its key')
    .action((name: string, _options, command: Command) => edit(name, command.optsWithGlobals(), terminal));
  yesFlags(server.command('fingerprint'))
    .description("Show a server's key, and keep it")
    .argument('<server>', 'name or address')
    .action((name: string, _options, command: Command) => fingerprint(name, command.optsWithGlobals(), terminal));
  server
    .command('ping')
    .description('See whether a server answers')
    .argument('[server]', 'name or address')
    .action(async (name: string | undefined, _options, command: Command) => {
      const url = (await Servers.load(command.optsWithGlobals())).urlOf(name);
      await new HostApi(url).isKnown();
      terminal.out(`Server is online: ${url}`);
    });
  yesFlags(server.command('clear'))
    .description('Delete all that a host on this machine has kept: keys and programs')
    .option('--data-dir <folder>', 'where it keeps them')
    .action((_options, command: Command) => clear(command.optsWithGlobals(), terminal));
  return server;
}

async function change(options: FolderOptions, work: (servers: Servers) => Promise<void>): Promise<void> {
  const servers = await Servers.load(options);
  await work(servers);
  await servers.save();
}

function list(servers: Servers, terminal: Terminal): void {
  const rows = [...servers.all].map(([name, { url }]) => {
    const { host, protocol } = new URL(url);
    return [name === servers.defaultServer ? '***' : '', host, protocol.replace(':', ''), name];
  });
  for (const line of textTable(['DEFAULT', 'HOSTNAME', 'PROTOCOL', 'NICKNAME'], rows)) terminal.out(line);
}

async function add(name: string, options: EntryOptions, terminal: Terminal): Promise<void> {
  await change(options, async (servers) => {
    const url = servers.urlOf(options.url!);
    servers.add(name, { url, ...(await keyOf(url, options)) });
    if (options.default) servers.setDefault(name);
    terminal.out(`Added server ${name}: ${url}${options.default ? ' (default)' : ''}`);
  });
}

async function edit(name: string, options: EntryOptions, terminal: Terminal): Promise<void> {
  if (options.newName === undefined && options.url === undefined) {
    throw new SpacetickError('E_USAGE', 'Say what changes: --new-name <name> or --url <url>.');
  }
  await change(options, async (servers) => {
    const known = servers.nameOf(name);
    const before = servers.all.get(known)!;
    const url = options.url === undefined ? before.url : servers.urlOf(options.url);
    const key = url === before.url ? { fingerprint: before.fingerprint } : await keyOf(url, options);
    servers.replace(known, options.newName ?? known, { url, ...key });
    terminal.out(`Changed server ${known}: ${options.newName ?? known}, ${url}`);
  });
}

/** @throws SpacetickError E_UNREACHABLE with how to do without */
async function keyOf(url: string, { fingerprint }: EntryOptions): Promise<{ fingerprint?: string }> {
  if (fingerprint === false) return {};
  try {
    return { fingerprint: await new HostApi(url).publicKey() };
  } catch (error) {
    if (!(error instanceof SpacetickError)) throw error;
    throw new SpacetickError(error.code, `${error.message}, or pass --no-fingerprint.`, { cause: error });
  }
}

async function fingerprint(name: string, options: FolderOptions & AnswerOptions, terminal: Terminal): Promise<void> {
  const isYes = new Answers(options).isYes('all');
  await change(options, async (servers) => {
    const known = servers.nameOf(name);
    const { url, fingerprint: kept } = servers.all.get(known)!;
    const key = await new HostApi(url).publicKey();
    terminal.out(key.trimEnd());
    if (kept === key) {
      terminal.out(`It is the key that is kept for ${known}.`);
      return;
    }
    if (kept !== undefined) {
      await mustConfirm(terminal, `It is another key than the one kept for ${known}. Keep this one?`, isYes);
    }
    servers.replace(known, known, { url, fingerprint: key });
    terminal.out(`Kept for ${known}.`);
  });
}

async function clear(options: FolderOptions & AnswerOptions & { dataDir?: string }, terminal: Terminal): Promise<void> {
  const folder = options.dataDir ?? defaultDataDirectory(options);
  if ((await keptFiles(folder)).length === 0) {
    terminal.out(`Nothing is kept in ${folder}.`);
    return;
  }
  const question = `All in ${folder} will be deleted: keys, and with them every player's identity, and programs. Go on?`;
  await mustConfirm(terminal, question, new Answers(options).isYes('delete-data'));
  await deleteKept(folder);
  terminal.out(`Deleted ${folder}`);
}
