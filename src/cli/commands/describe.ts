import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { askedRemote } from '../asked-remote.ts';
import { anonymousFlag, DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type Meant, type MeantOptions, meantDatabase } from '../project/meant.ts';
import type { Terminal } from '../terminal.ts';

const KINDS = { table: 'tables', reducer: 'reducers' } as const;

export function describeCommand(terminal: Terminal): Command {
  const command = new Command('describe')
    .description('Print what a module declares, as JSON')
    .argument('[database]', DATABASE_HELP)
    .argument('[kind]', 'table or reducer')
    .argument('[name]', 'which of them')
    .option('--json', 'accepted; there is no other form')
    .action((first?: string, second?: string, third?: string, _options?: object, command?: Command) => {
      // `table orb` is of the project's database, as no database is asked for half of what it has.
      const isBare = third === undefined && second !== undefined && Object.hasOwn(KINDS, first ?? '');
      const [kind, name] = isBare ? [first, second] : [second, third];
      const meant = meantDatabase(isBare ? undefined : first, command!.optsWithGlobals<MeantOptions>());
      return describe(meant, kind, name, terminal);
    });
  return envFlag(yesFlags(anonymousFlag(serverFlag(command))));
}

async function describe(
  { database, options }: Meant<MeantOptions>,
  kind: string | undefined,
  name: string | undefined,
  terminal: Terminal,
): Promise<void> {
  if (kind !== undefined && (!Object.hasOwn(KINDS, kind) || name === undefined)) {
    throw new SpacetickError('E_USAGE', `Say which: spacetick describe ${database} table <name>, or reducer <name>.`);
  }
  const { api } = await askedRemote(options, database, terminal);
  const def = JSON.parse(await api.schema(database)) as Record<string, readonly { readonly name: string }[]>;
  if (kind === undefined) {
    terminal.out(JSON.stringify(def, null, 2));
    return;
  }
  const all = def[KINDS[kind as keyof typeof KINDS]] ?? [];
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    const there = all.map((one) => one.name).join(', ') || 'none';
    throw new SpacetickError('E_HOST_REFUSED', `${database} has no ${kind} ${name}. There is: ${there}.`);
  }
  terminal.out(JSON.stringify(found, null, 2));
}
