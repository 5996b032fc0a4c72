import { Command, Option } from 'commander';
import { generate } from './commands/generate.ts';
import { init } from './commands/init.ts';
import { publish } from './commands/publish.ts';
import { start } from './commands/start.ts';
import { printVersion } from './commands/version.ts';
import { addGlobalFlags, addRefusedFlags, editionFlag } from './flags.ts';
import { version } from './package-folder.ts';
import type { Terminal } from './terminal.ts';

/** The command line: names and flags follow `spacetime` (`api.md` 6), 1.x spellings accepted. */
export function commandLine(terminal: Terminal): Command {
  const program = new Command('spacetick')
    .configureOutput({ outputError: (text, write) => write(`${asOneLine(text)}\n`) })
    .description('Runs SpacetimeDB modules, publishes them, and generates their bindings.')
    .version(version(), '-V, --version');
  addGlobalFlags(program);

  program
    .command('start')
    .description('Start a host that runs databases')
    .option('-l, --listen-addr <address>', 'address to listen on (default 127.0.0.1:3000)')
    .option('--data-dir <folder>', 'where keys and published programs are kept')
    .option('--in-memory', 'keep nothing')
    .option('--non-interactive', 'accepted; nothing is asked')
    .addOption(editionFlag())
    .action(async (_options, command: Command) => {
      const starting = start(command.optsWithGlobals(), terminal);
      const stop = async (): Promise<void> => {
        terminal.out('Stopping.');
        await (await starting).host.close();
        process.exit(0);
      };
      // From now on: a signal that comes while it starts is not lost. Why it did not start is said elsewhere.
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => void stop().catch(() => undefined));
      await starting;
    });

  program
    .command('init')
    .description('Write a new project: a module, a client, and what runs them')
    .argument('[name]', "the project's name, and its database's")
    .option('-t, --template <name>', 'what to begin with; --list says what there is')
    .option('--list', 'list the templates')
    .option('-l, --lang <language>', 'typescript')
    .option('--project-path <folder>', 'where to put it (default ./<name>)')
    .option('--server-only', 'only the module')
    .option('--install', 'install its packages, too')
    .option('--spacetick <package>', 'version, URL or tarball of spacetick for its package.json')
    .option('--non-interactive', 'ask nothing')
    .addOption(new Option('--local').hideHelp())
    .option('-y, --yes', 'take what is proposed, overwrite what is there')
    .addOption(new Option('--yes-to <questions>').hideHelp())
    .action((name, _options, command: Command) => init(name, command.optsWithGlobals(), terminal));

  program
    .command('publish')
    .description('Bundle a module and publish it to a host')
    .argument('[name]', "the database's name")
    .option('-s, --server <server>', 'name, host or URL of the server (default local)')
    .option('-p, --module-path <folder>', 'the module (default ./spacetimedb, else .)')
    .addOption(new Option('--project-path <folder>').hideHelp())
    .option('-j, --js-path <file>', 'the module, bundled already')
    .option('-c, --delete-data', 'begin with empty tables; =on-conflict only when the rows do not fit')
    .addOption(new Option('--delete-data-when <when>').hideHelp())
    .addOption(new Option('--clear-database').hideHelp())
    .option('--break-clients', 'disconnect clients whose tables change')
    .option('--anonymous', 'publish as nobody: it cannot be published again')
    .option('-y, --yes', 'answer all questions with yes; =remote,... only those')
    .addOption(new Option('--yes-to <questions>').hideHelp())
    .action((name, _options, command: Command) => publish(name, oldSpellings(command.optsWithGlobals()), terminal));

  program
    .command('generate')
    .description("Generate a module's bindings")
    .argument('[name]', 'accepted; the module at --module-path counts')
    .option('-l, --lang <language>', 'typescript')
    .option('-o, --out-dir <folder>', 'where the bindings go')
    .option('-p, --module-path <folder>', 'the module (default ./spacetimedb, else .)')
    .addOption(new Option('--project-path <folder>').hideHelp())
    .option('-j, --js-path <file>', 'the module, bundled already')
    .option('--include-private', 'private tables too')
    .option('--import-path <package>', 'what the bindings import (default spacetick)')
    .option('-y, --yes', 'answer all questions with yes; =remote,... only those')
    .addOption(new Option('--yes-to <questions>').hideHelp())
    .action((_name, _options, command: Command) => generate(oldSpellings(command.optsWithGlobals()), terminal));

  program
    .command('version')
    .description('Print the version')
    .argument('[action]', 'list: those installed here; upgrade, install, use, uninstall: how npm does it')
    .argument('[version]', 'accepted')
    .action((action: string | undefined) => printVersion(action, terminal));

  for (const command of program.commands) addRefusedFlags(command);
  return program;
}

/** What the parser says of wrong arguments, as all our errors are written. */
function asOneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, 'Error: ')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** Options that take a value only after `=`, so that the word behind them is free for a name. */
export function separateValues(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const [, flag, value] = /^(-c|--delete-data|-y|--yes)=(.*)$/.exec(arg) ?? [];
    if (flag === undefined || value === undefined) return [arg];
    return [flag === '-c' || flag === '--delete-data' ? '--delete-data-when' : '--yes-to', value];
  });
}

interface OldSpellings {
  readonly projectPath?: string;
  readonly clearDatabase?: boolean;
}

/** 1.x names of flags. */
function oldSpellings<T extends { modulePath?: string; deleteData?: boolean }>(options: T & OldSpellings): T {
  const { projectPath, clearDatabase } = options;
  return {
    ...options,
    modulePath: options.modulePath ?? projectPath,
    deleteData: options.deleteData ?? clearDatabase,
  };
}
