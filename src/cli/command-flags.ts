import { type Command, Option } from 'commander';

/** Flags that several commands share; each takes a command and gives it back. */

/** The name of a database that is there already. */
export const DATABASE_HELP = 'name or identity (default: that of spacetime.json)';

/** Which of a project's files count. */
export function envFlag(command: Command): Command {
  return command.option('--env <environment>', 'take spacetime.<environment>.json, too');
}

/** Which server. */
export function serverFlag(command: Command): Command {
  return command.option('-s, --server <server>', 'name, host or URL of the server (default: spacetick server list)');
}

export function anonymousFlag(command: Command): Command {
  return command.option('--anonymous', 'as nobody');
}

/** `--yes` answers everything, `--yes=remote,...` only what is named. */
export function yesFlags(command: Command): Command {
  return command
    .option('-y, --yes', 'answer all questions with yes; =remote,... only those')
    .addOption(new Option('--yes-to <questions>').hideHelp());
}

/** In the order of CL21. */
export const MODULE_HELP =
  'the module, a file or a folder (default: the first there is of ./spacetimedb, ., ./src/module, ./server, ./module)';

/** Where the module is. */
export function moduleFlags(command: Command): Command {
  return command
    .option('-p, --module-path <folder>', MODULE_HELP)
    .addOption(new Option('--project-path <folder>').hideHelp());
}

interface OldSpellings {
  readonly projectPath?: string;
  readonly clearDatabase?: boolean;
}

/** A command's options, with 1.x names of flags taken for what they are called now. */
export function optionsOf<T extends { modulePath?: string; deleteData?: boolean }>(command: Command): T {
  const options = command.optsWithGlobals<T & OldSpellings>();
  const { projectPath, clearDatabase } = options;
  return {
    ...options,
    modulePath: options.modulePath ?? projectPath,
    deleteData: options.deleteData ?? clearDatabase,
  };
}
