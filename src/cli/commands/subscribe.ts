import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { readRawModuleDef } from '../../schema/index.ts';
import { askedRemote } from '../asked-remote.ts';
import { anonymousFlag, DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { isDatabaseName } from '../database-name.ts';
import { positive } from '../flags.ts';
import { type Meant, type MeantOptions, meantDatabase } from '../project/meant.ts';
import { subscription, type Update } from '../subscription.ts';
import type { Terminal } from '../terminal.ts';

const NO_QUERY = 'Say what to subscribe to: spacetick subscribe my-game "SELECT * FROM ship", or "*" for all tables.';

interface SubscribeOptions extends MeantOptions {
  numUpdates?: number;
  timeout?: number;
  printInitialUpdate?: boolean;
  confirmed?: boolean;
}

export function subscribeCommand(terminal: Terminal): Command {
  const command = new Command('subscribe')
    .description('Print the changes of queries as they come, as JSON')
    .argument('[database]', DATABASE_HELP)
    .argument('[query...]', 'SELECT * FROM ...; * for all tables')
    .option('-n, --num-updates <count>', 'end after so many', positive)
    .option('-t, --timeout <seconds>', 'end after so long', positive)
    .option('--print-initial-update', 'the rows of the beginning, too')
    .option('--confirmed', 'only what is kept for good')
    .action((first: string | undefined, rest: string[], _options, command: Command) => {
      const isQuery = first !== undefined && !isDatabaseName(first);
      const queries = isQuery ? [first, ...rest] : rest;
      if (queries.length === 0) throw new SpacetickError('E_USAGE', NO_QUERY);
      const meant = meantDatabase(isQuery ? undefined : first, command.optsWithGlobals<SubscribeOptions>());
      return subscribe(meant, queries, terminal);
    });
  return envFlag(yesFlags(anonymousFlag(serverFlag(command))));
}

async function subscribe(
  { database, options }: Meant<SubscribeOptions>,
  queries: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const remote = await askedRemote(options, database, terminal);
  const { tables, views } = readRawModuleDef(await remote.api.schema(database));
  const wanted = options.numUpdates ?? Number.POSITIVE_INFINITY;
  let told = 0;
  const running = subscription(
    {
      ...remote,
      database,
      tables: [...tables, ...views.map(({ table }) => table)],
      queries,
      confirmed: options.confirmed,
    },
    (update) => {
      if (update.isInitial && !options.printInitialUpdate) return;
      if (!update.isInitial && told >= wanted) return;
      terminal.out(updateText(update));
      if (!update.isInitial && ++told >= wanted) running.close();
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => running.close());
  const { timeout } = options;
  let isLate = false;
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          isLate = true;
          running.close();
        }, timeout * 1000);
  await running.ended.finally(() => clearTimeout(timer));
  if (isLate && told < wanted && wanted !== Number.POSITIVE_INFINITY) {
    throw new SpacetickError('E_TIMEOUT', `timed out after ${timeout}s`);
  }
}

/** `{"ship":{"deletes":[...],"inserts":[...]}}`, as the real command line prints it. */
function updateText({ tables }: Update): string {
  const parts = [...tables].map(([name, { deletes, inserts }]) => {
    return `${JSON.stringify(name)}:{"deletes":[${deletes.join(',')}],"inserts":[${inserts.join(',')}]}`;
  });
  return `{${parts.join(',')}}`;
}
