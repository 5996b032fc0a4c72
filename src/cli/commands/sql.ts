import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { askedRemote } from '../asked-remote.ts';
import { anonymousFlag, DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { isDatabaseName } from '../database-name.ts';
import { errorText } from '../error-text.ts';
import { type MeantOptions, meantDatabase } from '../project/meant.ts';
import { answerLines } from '../sql-answer.ts';
import type { Terminal } from '../terminal.ts';

interface SqlOptions extends MeantOptions {
  interactive?: boolean;
  format?: 'text' | 'json';
  confirmed?: string;
}

export function sqlCommand(terminal: Terminal): Command {
  const command = new Command('sql')
    .description('Ask a database in SQL')
    .argument('[database]', DATABASE_HELP)
    .argument('[query]', 'one statement')
    .option('--interactive', 'read statements line by line')
    .addOption(new Option('--format <format>', 'how rows are shown').choices(['text', 'json']).default('text'))
    .option('--confirmed <bool>', 'whether to wait until what is read is kept (default true)')
    .action((first: string | undefined, second: string | undefined, _options, command: Command) =>
      sql(first, second, command.optsWithGlobals(), terminal),
    );
  return envFlag(yesFlags(anonymousFlag(serverFlag(command))));
}

/** One word alone is the statement, of the project's database; where statements are read, the database. */
async function sql(
  first: string | undefined,
  second: string | undefined,
  given: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  const isQuery = second === undefined && first !== undefined && !given.interactive && !isDatabaseName(first);
  const query = isQuery ? first : second;
  if ((query === undefined) !== Boolean(given.interactive)) {
    throw new SpacetickError('E_USAGE', 'Give one query, or --interactive: spacetick sql my-game "SELECT * FROM ship"');
  }
  const { database, options } = meantDatabase(isQuery ? undefined : first, given);
  const confirmed = isConfirmed(options.confirmed);
  const { api } = await askedRemote(options, database, terminal);
  const ask = async (statement: string): Promise<void> => {
    const began = performance.now();
    const answer = await api.sql(database, statement, confirmed);
    const roundtrip = performance.now() - began;
    if (options.format === 'json') terminal.out(answer.trimEnd());
    else for (const line of answerLines(answer, Boolean(options.interactive))) terminal.out(line);
    if (options.interactive) terminal.out(`Roundtrip time: ${roundtrip.toFixed(2)}ms`);
  };
  if (query !== undefined) return ask(query);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: `${database} > ` });
  if (process.stdin.isTTY) lines.prompt();
  for await (const line of lines) {
    const statement = line.trim();
    if (/^(exit|quit|\\q)$/i.test(statement)) break;
    // What is wrong with one statement is no reason to stop.
    if (statement !== '') await ask(statement).catch((error: Error) => terminal.err(errorText(error)));
    if (process.stdin.isTTY) lines.prompt();
  }
  lines.close();
}

/** @throws SpacetickError E_USAGE */
function isConfirmed(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new SpacetickError('E_USAGE', `--confirmed is true or false, not ${text}.`);
}
