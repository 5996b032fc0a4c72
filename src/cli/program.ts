import { Command, Option } from 'commander';
import { generate } from './commands/generate.ts';
import { publish } from './commands/publish.ts';
import { start } from './commands/start.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** The command line: names and flags follow `spacetime` (`api.md` 6), 1.x spellings accepted. */
export function commandLine(terminal: Terminal): Command {
  const program = new Command('spacetick')
    .description('Runs SpacetimeDB modules, publishes them, and generates their bindings.')
    .version(version(), '-V, --version');

  program
    .command('start')
    .description('Start a host that runs databases')
    .option('-l, --listen-addr <address>', 'address to listen on (default 127.0.0.1:3000)')
    .option('--data-dir <folder>', 'where keys and published programs are kept')
    .option('--in-memory', 'keep nothing')
    .option('--non-interactive', 'accepted; nothing is asked')
    .action(async (options) => {
      const { host } = await start(options, terminal);
      const stop = (): void => {
        terminal.out('Stopping.');
        void host.close().then(() => process.exit(0));
      };
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });

  program
    .command('publish')
    .description('Bundle a module and publish it to a host')
    .argument('[name]', "the database's name")
    .option('-s, --server <server>', 'name, host or URL of the server (default local)')
    .option('-p, --module-path <folder>', 'the module (default ./spacetimedb, else .)')
    .addOption(new Option('--project-path <folder>').hideHelp())
    .option('-c, --delete-data [when]', 'begin with empty tables')
    .addOption(new Option('--clear-database').hideHelp())
    .option('--anonymous', 'publish as nobody: it cannot be published again')
    .option('-y, --yes', 'answer all questions with yes')
    .action((name, options) => publish(name, oldSpellings(options), terminal));

  program
    .command('generate')
    .description("Generate a module's bindings")
    .argument('[name]', 'accepted; the module at --module-path counts')
    .option('-l, --lang <language>', 'typescript')
    .option('-o, --out-dir <folder>', 'where the bindings go')
    .option('-p, --module-path <folder>', 'the module (default ./spacetimedb, else .)')
    .addOption(new Option('--project-path <folder>').hideHelp())
    .option('--include-private', 'private tables too')
    .option('--import-path <package>', 'what the bindings import (default spacetick)')
    .option('-y, --yes', 'answer all questions with yes')
    .action((_name, options) => generate(oldSpellings(options), terminal));

  program
    .command('version')
    .description('Print the version')
    .action(() => terminal.out(version()));

  return program;
}

/** 1.x names of flags. */
function oldSpellings<T extends object>(options: T & { projectPath?: string; clearDatabase?: boolean }): T {
  const { projectPath, clearDatabase, ...rest } = options;
  return {
    ...(projectPath === undefined ? {} : { modulePath: projectPath }),
    ...(clearDatabase === undefined ? {} : { deleteData: clearDatabase }),
    ...rest,
  } as unknown as T;
}
