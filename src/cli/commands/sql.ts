import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { TypespaceReader } from '../../schema/index.ts';
import { type Json, JsonNumber, parseJson } from '../../values/index.ts';
import { cellText } from '../cell.ts';
import { anonymousFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type RemoteOptions, remoteOf } from '../remote.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

interface SqlOptions extends RemoteOptions {
  interactive?: boolean;
  format?: 'text' | 'json';
  confirmed?: string;
}

export function sqlCommand(terminal: Terminal): Command {
  const command = new Command('sql')
    .description('Ask a database in SQL')
    .argument('<database>', 'name or identity')
    .argument('[query]', 'one statement')
    .option('--interactive', 'read statements line by line')
    .addOption(new Option('--format <format>', 'how rows are shown').choices(['text', 'json']).default('text'))
    .option('--confirmed <bool>', 'whether to wait until what is read is kept (default true)')
    .action((database: string, query: string | undefined, _options, command: Command) =>
      sql(database, query, command.optsWithGlobals(), terminal),
    );
  return yesFlags(anonymousFlag(serverFlag(command)));
}

async function sql(
  database: string,
  query: string | undefined,
  options: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  if ((query === undefined) !== Boolean(options.interactive)) {
    throw new SpacetickError('E_USAGE', 'Give one query, or --interactive: spacetick sql my-game "SELECT * FROM ship"');
  }
  const confirmed = isConfirmed(options.confirmed);
  const { api } = await remoteOf(options, terminal);
  const ask = async (statement: string): Promise<void> => {
    const began = performance.now();
    const answer = await api.sql(database, statement, confirmed);
    const roundtrip = performance.now() - began;
    if (options.format === 'json') terminal.out(answer.trimEnd());
    else for (const result of resultsIn(answer)) show(result, Boolean(options.interactive), terminal);
    if (options.interactive) terminal.out(`Roundtrip time: ${roundtrip.toFixed(2)}ms`);
  };
  if (query !== undefined) return ask(query);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: `${database} > ` });
  if (process.stdin.isTTY) lines.prompt();
  for await (const line of lines) {
    const statement = line.trim();
    if (/^(exit|quit|\\q)$/i.test(statement)) break;
    // What is wrong with one statement is no reason to stop.
    if (statement !== '') await ask(statement).catch((error: Error) => terminal.err(`Error: ${error.message}`));
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

const NO_TYPES = new TypespaceReader([], new Map()); // columns come with their types written out

type JsonObject = ReadonlyMap<string, Json>;

/** @throws SpacetickError E_HOST_REFUSED for what is no answer to a query */
function resultsIn(answer: string): JsonObject[] {
  try {
    return parseJson(answer) as unknown as JsonObject[];
  } catch (cause) {
    throw new SpacetickError('E_HOST_REFUSED', 'What the host answered cannot be read.', { cause });
  }
}

function show(result: JsonObject, withStats: boolean, terminal: Terminal): void {
  const { elements } = NO_TYPES.product(plain(result.get('schema')!), undefined);
  const rows = result.get('rows') as Json[];
  const unnamed = elements.map(({ name }, i) => (name === `field${i}` ? `column ${i}` : name));
  const cells = rows.map((row) => elements.map(({ type }, i) => cellText(type, fieldsOf(row)[i]!)));
  if (elements.length > 0) for (const line of textTable(unnamed, cells)) terminal.out(line);
  if (withStats) terminal.out(`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})${statsOf(result)}`);
}

/** A row comes as an array; by name from those who know the names. */
function fieldsOf(row: Json): Json[] {
  return row instanceof Map ? [...row.values()] : (row as Json[]);
}

/** ` [inserted: 1, deleted: 1, updated: 1, server: 1.00ms]`, without what is zero. */
function statsOf(result: JsonObject): string {
  const stats = (plain(result.get('stats') ?? new Map()) ?? {}) as Record<string, number>;
  const micros = Number(plain(result.get('total_duration_micros') ?? null) ?? 0);
  const parts = (['inserted', 'deleted', 'updated'] as const)
    .filter((what) => (stats[`rows_${what}`] ?? 0) > 0)
    .map((what) => `${what}: ${stats[`rows_${what}`]}`);
  return ` [${[...parts, `server: ${(micros / 1000).toFixed(2)}ms`].join(', ')}]`;
}

/** JSON as objects and numbers, for what has no large ones. */
function plain(json: Json): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
}
