import { Command, InvalidArgumentError, Option } from 'commander';
import { askedRemote } from '../asked-remote.ts';
import { DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { LEVELS, remoteLogLine } from '../log-line.ts';
import { type Meant, type MeantOptions, meantDatabase } from '../project/meant.ts';
import type { Terminal } from '../terminal.ts';

interface LogsOptions extends MeantOptions {
  numLines?: number;
  follow?: boolean;
  format?: 'text' | 'json';
  level?: string;
  levelExact?: boolean;
}

const FOLLOWED_LINES = 10; // shown of the past to whoever waits for more

export function logsCommand(terminal: Terminal): Command {
  const command = new Command('logs')
    .description("Print a database's log")
    .argument('[database]', DATABASE_HELP)
    .option('-n, --num-lines <count>', 'only the last lines', count)
    .option('-f, --follow', 'go on with what is written from now on')
    .addOption(new Option('--format <format>', 'how lines are shown').choices(['text', 'json']).default('text'))
    .addOption(new Option('-l, --level <level>', 'only lines of this weight or more').choices(LEVELS))
    .option('--level-exact', 'of this weight only')
    .action((database: string | undefined, _options, command: Command) =>
      logs(meantDatabase(database, command.optsWithGlobals<LogsOptions>()), terminal),
    );
  return envFlag(yesFlags(serverFlag(command)));
}

async function logs({ database, options }: Meant<LogsOptions>, terminal: Terminal): Promise<void> {
  const { api } = await askedRemote(options, database, terminal);
  const isFollowing = options.follow ?? false;
  // Whoever ends it has seen enough.
  if (isFollowing) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  const numLines = options.numLines ?? (isFollowing ? FOLLOWED_LINES : undefined);
  const least = LEVELS.indexOf((options.level ?? 'trace') as (typeof LEVELS)[number]);
  for await (const line of api.logs(database, numLines, isFollowing)) {
    const { level, text } = remoteLogLine(line, terminal.isWatched);
    const weight = LEVELS.indexOf(level);
    if (options.levelExact ? weight === least : weight >= least) terminal.out(options.format === 'json' ? line : text);
  }
}

function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number of lines.');
}
