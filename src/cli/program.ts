import { Command } from 'commander';
import { buildCommand } from './commands/build.ts';
import { callCommand } from './commands/call.ts';
import { deleteCommand } from './commands/delete.ts';
import { describeCommand } from './commands/describe.ts';
import { devCommand } from './commands/dev.ts';
import { generateCommand } from './commands/generate.ts';
import { initCommand } from './commands/init.ts';
import { listCommand } from './commands/list.ts';
import { lockCommand, unlockCommand } from './commands/lock.ts';
import { loginCommand, logoutCommand } from './commands/login.ts';
import { logsCommand } from './commands/logs.ts';
import { publishCommand } from './commands/publish.ts';
import { renameCommand } from './commands/rename.ts';
import { serverCommand } from './commands/server.ts';
import { sqlCommand } from './commands/sql.ts';
import { startCommand } from './commands/start.ts';
import { subscribeCommand } from './commands/subscribe.ts';
import { versionCommand } from './commands/version.ts';
import { withCode } from './error-text.ts';
import { addGlobalFlags, addRefusedFlags } from './flags.ts';
import { version } from './package-folder.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [
  initCommand,
  startCommand,
  devCommand,
  buildCommand,
  publishCommand,
  generateCommand,
  callCommand,
  sqlCommand,
  logsCommand,
  subscribeCommand,
  describeCommand,
  listCommand,
  renameCommand,
  lockCommand,
  unlockCommand,
  deleteCommand,
  loginCommand,
  logoutCommand,
  serverCommand,
  versionCommand,
];

/** The command line: names and flags follow `spacetime` (`api.md` 6), 1.x spellings accepted. */
export function commandLine(terminal: Terminal): Command {
  const program = new Command('spacetick')
    .description('Runs SpacetimeDB modules, publishes them, and generates their bindings.')
    .version(version(), '-V, --version');
  addGlobalFlags(program);
  for (const make of COMMANDS) program.addCommand(make(terminal));
  for (const command of program.commands) addRefusedFlags(command);
  for (const command of withSubcommands(program)) {
    command.configureHelp({ showGlobalOptions: command !== program });
    command.configureOutput({ outputError: (text, write) => write(`${withCode(asOneLine(text), 'E_USAGE')}\n`) });
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** What the parser says of wrong arguments, as all our errors are written. */
function asOneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, 'Error: ')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** Options that take a value only after `=`, so that the word behind them is free for a name, and one without any. */
export function separateValues(args: readonly string[]): string[] {
  const isShow = args.some((arg, i) => arg === 'login' && args[i + 1] === 'show');
  return args.flatMap((arg) => {
    if (isShow && arg === '--token') return ['--with-token']; // `login` itself has a --token with a value
    const [, flag, value] = /^(-c|--delete-data|-y|--yes)=(.*)$/.exec(arg) ?? [];
    if (flag === undefined || value === undefined) return [arg];
    return [flag === '-c' || flag === '--delete-data' ? '--delete-data-when' : '--yes-to', value];
  });
}
