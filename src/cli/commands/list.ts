import { Command } from 'commander';
import { askedRemote } from '../asked-remote.ts';
import { envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { UNNAMED } from '../database-name.ts';
import { type MeantOptions, onProjectServer } from '../project/meant.ts';
import { identityOf } from '../remote.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('List your databases on a server')
    .action((_options, command: Command) => list(onProjectServer(command.optsWithGlobals()), terminal));
  return envFlag(yesFlags(serverFlag(command)));
}

async function list(options: MeantOptions, terminal: Terminal): Promise<void> {
  const { api, token } = await askedRemote(options, undefined, terminal);
  const identity = identityOf(token!);
  const databases = await api.databases(identity);
  if (databases.length === 0) {
    terminal.out(`No databases found for ${identity}.`);
    return;
  }
  const rows = await Promise.all(
    databases.map(async (database) => [(await api.names(database)).join(', ') || UNNAMED, database]),
  );
  terminal.out(`Associated databases for user ${identity}:\n`);
  for (const line of textTable(['Database Name(s)', 'Identity'], rows)) terminal.out(line);
}
