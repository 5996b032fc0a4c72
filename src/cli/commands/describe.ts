import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { anonymousFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type RemoteOptions, remoteOf } from '../remote.ts';
import type { Terminal } from '../terminal.ts';

const KINDS = { table: 'tables', reducer: 'reducers' } as const;

export function describeCommand(terminal: Terminal): Command {
  const command = new Command('describe')
    .description('Print what a module declares, as JSON')
    .argument('<database>', 'name or identity')
    .argument('[kind]', 'table or reducer')
    .argument('[name]', 'which of them')
    .option('--json', 'accepted; there is no other form')
    .action((database: string, kind: string | undefined, name: string | undefined, _options, command: Command) =>
      describe(database, kind, name, command.optsWithGlobals(), terminal),
    );
  return yesFlags(anonymousFlag(serverFlag(command)));
}

async function describe(
  database: string,
  kind: string | undefined,
  name: string | undefined,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<void> {
  if (kind !== undefined && (!Object.hasOwn(KINDS, kind) || name === undefined)) {
    throw new SpacetickError('E_USAGE', `Say which: spacetick describe ${database} table <name>, or reducer <name>.`);
  }
  const { api } = await remoteOf(options, terminal);
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
