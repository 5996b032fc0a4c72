import { Command } from 'commander';
import { DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type MeantOptions, meantDatabase } from '../project/meant.ts';
import { remoteOf } from '../remote.ts';
import type { Terminal } from '../terminal.ts';

export function lockCommand(terminal: Terminal): Command {
  return command('lock', 'Keep a database from being deleted or emptied', terminal);
}

export function unlockCommand(terminal: Terminal): Command {
  return command('unlock', 'Let a locked database be deleted and emptied again', terminal);
}

function command(what: 'lock' | 'unlock', description: string, terminal: Terminal): Command {
  const command = new Command(what)
    .description(description)
    .argument('[database]', DATABASE_HELP)
    .action(async (given: string | undefined, _options, command: Command) => {
      const { database, options } = meantDatabase(given, command.optsWithGlobals<MeantOptions>());
      const { api } = await remoteOf(options, terminal);
      await api.lock(database, what);
      terminal.out(`Database ${database} is ${what}ed.`);
    });
  return envFlag(yesFlags(serverFlag(command)));
}
