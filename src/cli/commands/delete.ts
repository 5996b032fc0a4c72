import { Command } from 'commander';
import { Answers } from '../answers.ts';
import { DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type Meant, type MeantOptions, meantDatabase } from '../project/meant.ts';
import { remoteOf } from '../remote.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

export function deleteCommand(terminal: Terminal): Command {
  const command = new Command('delete')
    .description('Delete a database with all its rows')
    .argument('[database]', DATABASE_HELP)
    .action((database: string | undefined, _options, command: Command) =>
      remove(meantDatabase(database, command.optsWithGlobals()), terminal),
    );
  return envFlag(yesFlags(serverFlag(command)));
}

async function remove({ database, options }: Meant<MeantOptions>, terminal: Terminal): Promise<void> {
  const isYes = new Answers(options).isYes('delete-data');
  const { api, url } = await remoteOf(options, terminal);
  await mustConfirm(terminal, `The database ${database} on ${url} will be deleted with all its rows. Go on?`, isYes);
  await api.delete(database);
  terminal.out(`Deleted database ${database}.`);
}
