import { Command } from 'commander';
import { envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { onProjectServer } from '../project/meant.ts';
import { type RemoteOptions, remoteOf } from '../remote.ts';
import type { Terminal } from '../terminal.ts';

interface RenameOptions extends RemoteOptions {
  to: string;
}

export function renameCommand(terminal: Terminal): Command {
  const command = new Command('rename')
    .description('Give a database another name')
    .argument('<database>', 'name or identity')
    .requiredOption('--to <name>', 'what it is called from now on')
    .action((database: string, _options, command: Command) =>
      rename(database, onProjectServer(command.optsWithGlobals()), terminal),
    );
  return envFlag(yesFlags(serverFlag(command)));
}

async function rename(database: string, options: RenameOptions, terminal: Terminal): Promise<void> {
  const { api } = await remoteOf(options, terminal);
  await api.setNames(database, [options.to]);
  terminal.out(`Name set to ${options.to} for identity ${await api.identityOf(options.to)}.`);
}
