import { Command } from 'commander';
import { Answers } from '../answers.ts';
import { serverFlag, yesFlags } from '../command-flags.ts';
import { type RemoteOptions, remoteOf } from '../remote.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

export function deleteCommand(terminal: Terminal): Command {
  const command = new Command('delete')
    .description('Delete a database with all its rows')
    .argument('<database>', 'name or identity')
    .action((database: string, _options, command: Command) => remove(database, command.optsWithGlobals(), terminal));
  return yesFlags(serverFlag(command));
}

async function remove(database: string, options: RemoteOptions, terminal: Terminal): Promise<void> {
  const isYes = new Answers(options).isYes('delete-data');
  const { api, url } = await remoteOf(options, terminal);
  await mustConfirm(terminal, `The database ${database} on ${url} will be deleted with all its rows. Go on?`, isYes);
  await api.delete(database);
  terminal.out(`Deleted database ${database}.`);
}
