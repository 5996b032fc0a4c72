import { resolve } from 'node:path';
import { checkName, isIdentityText, type SpacetickError } from '../../host/index.ts';
import { nearestName } from '../database-name.ts';
import { Fields, type Kind } from './fields.ts';
import { GENERATE, type GenerateTarget, generateTarget } from './generate-target.ts';
import { wrong } from './json5.ts';

/** A database that a project's file describes. */
export interface Target {
  /** Name or identity. */
  readonly database: string;
  /** Where the file says so: `spacetime.json:2:15`. */
  readonly at: string;
  readonly server: string | undefined;
  readonly serverAt: string;
  /** An absolute path; of module and bundle the file names one at most. */
  readonly modulePath: string | undefined;
  readonly jsPath: string | undefined;
  readonly sourceAt: string;
  readonly breakClients: boolean | undefined;
  readonly anonymous: boolean | undefined;
  readonly generate: readonly GenerateTarget[];
  /** Why this cannot be published or built here; undefined when it can. */
  readonly refusal: SpacetickError | undefined;
}

const SOURCES = ['module-path', 'bin-path', 'js-path']; // of which a database has one: another one's is not inherited

const INHERITED: Readonly<Record<string, Kind>> = {
  'module-path': 'text',
  'bin-path': 'text',
  'js-path': 'text',
  server: 'text',
  'build-options': 'any',
  'break-clients': 'flag',
  'num-replicas': 'number',
  anonymous: 'flag',
  organization: 'text',
  container: 'any',
};

const DEV: Readonly<Record<string, Kind>> = { run: 'text' };

const DATABASE: Readonly<Record<string, Kind>> = { ...INHERITED, database: 'text', generate: 'list', children: 'list' };

/** All fields of the first database. */
const ROOT: Readonly<Record<string, Kind>> = { ...DATABASE, dev: 'object' };

/** What cannot be done here, in the words of the flags of the same name. */
const REFUSED: Readonly<Record<string, string>> = {
  'bin-path': 'WebAssembly modules do not run here; TypeScript does. Name its source with module-path.',
  'build-options': 'a module is bundled in one way only, there is nothing to set. Leave it out.',
  organization: 'a database here belongs to whoever published it. Leave it out.',
  container: 'no containers run beside databases here. Leave it out.',
};

/**
 * A line for each field of a project's file that nobody knows, whatever else is wrong with it.
 * @param known fields that this one may have
 */
export function unknownFields(fields: Fields, known: Readonly<Record<string, Kind>> = ROOT): string[] {
  return [
    ...fields.unknown(known),
    ...fields.within('generate').flatMap((entry) => entry.unknown(GENERATE)),
    ...fields.within('children').flatMap((child) => unknownFields(child, DATABASE)),
    ...(known === ROOT ? fields.within('dev').flatMap((dev) => dev.unknown(DEV)) : []),
  ];
}

/** What `dev` runs. @throws SpacetickError E_PROJECT */
export function devCommandOf(fields: Fields): string | undefined {
  fields.check(ROOT);
  const dev = fields.object('dev');
  dev?.check(DEV);
  return dev?.text('run');
}

/**
 * A database and its children, each with what it inherits.
 * @param folder what paths are relative to
 * @throws SpacetickError E_PROJECT
 */
export function targetsOf(fields: Fields, folder: string): Target[] {
  fields.check(DATABASE);
  const path = (name: string): string | undefined => {
    const text = fields.text(name);
    return text === undefined ? undefined : resolve(folder, text);
  };
  const database = fields.text('database');
  if (database === undefined) {
    throw wrong(fields.at, 'there is no field database. Add the name of the database: "database": "my-game".');
  }
  mustBeDatabase(fields.placeOf('database'), database);
  const [first, second] = SOURCES.filter((name) => fields.has(name));
  if (second !== undefined)
    throw wrong(fields.placeOf(second), `there is ${first} already, and a module is one of them.`);
  const refused = Object.keys(REFUSED).find((name) => fields.has(name));
  const target: Target = {
    database,
    at: fields.placeOf('database'),
    server: fields.text('server'),
    serverAt: fields.placeOf('server'),
    modulePath: path('module-path'),
    jsPath: path('js-path'),
    sourceAt: fields.placeOf(first ?? 'module-path'),
    breakClients: fields.flag('break-clients'),
    anonymous: fields.flag('anonymous'),
    generate: fields.list('generate').map((entry) => generateTarget(new Fields(entry), folder)),
    refusal: refused === undefined ? undefined : wrong(fields.placeOf(refused), `${refused}: ${REFUSED[refused]}`),
  };
  const children = fields.list('children').flatMap((child) => {
    const own = new Fields(child);
    const hasSource = SOURCES.some((name) => own.has(name));
    const may = (name: string) => Object.hasOwn(INHERITED, name) && !(hasSource && SOURCES.includes(name));
    return targetsOf(own.inheriting(fields, may), folder);
  });
  return [target, ...children];
}

/** @throws SpacetickError E_PROJECT that proposes a name */
function mustBeDatabase(at: string, name: string): void {
  if (isIdentityText(name)) return;
  try {
    checkName(name);
  } catch (error) {
    throw wrong(at, `${(error as Error).message} Try ${nearestName(name) || 'my-game'}.`);
  }
}
