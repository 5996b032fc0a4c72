import { Command } from 'commander';
import { isIdentityText, nearest, SpacetickError } from '../../host/index.ts';
import { readRawModuleDef } from '../../schema/index.ts';
import { type AlgebraicType, formOf, parseJson } from '../../values/index.ts';
import { askedRemote } from '../asked-remote.ts';
import { anonymousFlag, DATABASE_HELP, envFlag, serverFlag, yesFlags } from '../command-flags.ts';
import { type MeantOptions, meantDatabase } from '../project/meant.ts';
import { findProject } from '../project/project.ts';
import type { Remote } from '../remote.ts';
import { findFunction, functionsOf, type RemoteFunction, signatureOf } from '../remote-function.ts';
import type { Terminal } from '../terminal.ts';

export function callCommand(terminal: Terminal): Command {
  const command = new Command('call')
    .description('Call a reducer or procedure of a database')
    .argument('[database]', DATABASE_HELP)
    .argument('[function]', 'its name')
    .argument('[arguments...]', 'each as JSON; text may go without quotes')
    .action((first?: string, second?: string, rest: string[] = [], _options?: object, command?: Command) =>
      call([first, second, ...rest], command!.optsWithGlobals(), terminal),
    );
  return envFlag(yesFlags(anonymousFlag(serverFlag(command))));
}

/** Calls a function with arguments as they are typed (`api.md` 6.5); prints what a procedure returns. */
async function call(words: readonly (string | undefined)[], given: MeantOptions, terminal: Terminal): Promise<void> {
  const project = findProject(given);
  const [first = ''] = words;
  const isDatabase =
    project === undefined || isIdentityText(first) || project.targets.some((target) => target.database === first);
  const [name, ...args] = words.slice(isDatabase ? 1 : 0).filter((word) => word !== undefined);
  if (name === undefined) throw new SpacetickError('E_USAGE', 'Say what to call: spacetick call my-game set_name Ann');
  const { database, options } = meantDatabase(isDatabase ? first : undefined, given, project);
  const remote = await askedRemote(options, database, terminal);
  const functions = functionsOf(readRawModuleDef(await remote.api.schema(database)));
  const fn = findFunction(functions, name);
  if (fn === undefined && !isDatabase) {
    const { message } = await unknownFunction(database, name, functions, remote);
    const note = `${project.files[0]} names the database. If ${name} is another database: --no-config.`;
    throw new SpacetickError('E_HOST_REFUSED', `${message}\n${note}`);
  }
  if (fn !== undefined && args.length !== fn.params.elements.length) throw wrongCount(fn, args.length);
  const json = `[${args.map((arg, i) => argument(arg, fn, fn?.params.elements[i]?.type)).join(',')}]`;
  const { status, text } = await remote.api.call(database, fn?.name ?? name, json);
  if (status === 404) throw await unknownFunction(database, name, functions, remote);
  if (status === 400 && fn !== undefined) {
    throw invalidArguments('E_HOST_REFUSED', fn, text.replace(/^invalid arguments for \w+ \S+: /, ''));
  }
  if (status !== 200) throw new SpacetickError('E_HOST_REFUSED', text || `The host answered with status ${status}.`);
  if (text !== '') terminal.out(text);
}

function wrongCount(fn: RemoteFunction, given: number): SpacetickError {
  const { length } = fn.params.elements;
  const takes = length === 0 ? 'no arguments' : length === 1 ? '1 argument' : `${length} arguments`;
  return invalidArguments('E_USAGE', fn, `it takes ${takes}, ${given === 1 ? '1 is' : `${given} are`} given.`);
}

function invalidArguments(code: string, fn: RemoteFunction, reason: string): SpacetickError {
  return new SpacetickError(
    code,
    `Invalid arguments provided for ${fn.kind} \`${fn.name}\`: ${reason}\nIt is called as: ${signatureOf(fn)}`,
  );
}

/**
 * JSON of an argument: text and identities may be typed as they are.
 * @param type undefined for one too many, or of an unknown function: the host says so, however it is typed
 * @throws SpacetickError E_USAGE
 */
function argument(text: string, fn: RemoteFunction | undefined, type: AlgebraicType | undefined): string {
  const form = type && formOf(type);
  if (form === 'String' && !isJsonText(text)) return JSON.stringify(text);
  if (form === 'Identity' && /^(0x)?[0-9a-f]{64}$/i.test(text))
    return JSON.stringify([`0x${text.replace(/^0x/i, '')}`]);
  if (form === 'ConnectionId' && /^(0x)?[0-9a-f]{32}$/i.test(text))
    return `[${BigInt(`0x${text.replace(/^0x/i, '')}`)}]`;
  if (isJson(text)) return text;
  if (fn === undefined || type === undefined) return JSON.stringify(text);
  throw invalidArguments('E_USAGE', fn, `${text} is not JSON. In a shell, quote it: '"text"', '{"x":1}'.`);
}

function isJsonText(text: string): boolean {
  return /^".*"$/s.test(text) && isJson(text);
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

async function unknownFunction(
  database: string,
  name: string,
  all: readonly RemoteFunction[],
  { api }: Remote,
): Promise<SpacetickError> {
  const identity = (await api.identityOf(database)) ?? database;
  const hint = findFunction(all, name)
    ? 'The host runs it: only the owner of the database may call it.'
    : likely(name, all);
  return new SpacetickError(
    'E_HOST_REFUSED',
    `No such reducer OR procedure \`${name}\` for database \`${database}\` resolving to identity \`${identity}\`.\n${hint}`,
  );
}

/** What may have been meant. */
function likely(name: string, all: readonly RemoteFunction[]): string {
  const anybodys = all.filter(({ isScheduled }) => !isScheduled);
  if (anybodys.length === 0) return 'It has none.';
  const near = nearest(
    name,
    anybodys.map((fn) => fn.name),
  );
  const shown = anybodys.filter((fn) => near === undefined || fn.name === near);
  return [near ? 'Did you mean:' : 'There are:', ...shown.map((fn) => `  ${signatureOf(fn)}`)].join('\n');
}
