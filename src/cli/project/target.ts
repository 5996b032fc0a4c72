import { resolve } from 'node:path';
import type { SpacetickError } from '../../host/index.ts';
import { Fields, type Kind } from './fields.ts';
import { wrong } from './json5.ts';

/** A database that a project's file describes. */
export interface Target {
  /** Name or identity. */
  readonly database: string;
  /** Where the file says so: `spacetime.json:2:15`. */
  readonly at: string;
  readonly server: string | undefined;
  /** An absolute path; of module and bundle the file names one at most. */
  readonly modulePath: string | undefined;
  readonly jsPath: string | undefined;
  readonly breakClients: boolean | undefined;
  readonly anonymous: boolean | undefined;
  readonly generate: readonly GenerateTarget[];
  /** Why this cannot be published or built here; undefined when it can. */
  readonly refusal: SpacetickError | undefined;
}

/** Bindings that a project's file asks for. */
export interface GenerateTarget {
  readonly at: string;
  readonly lang: string;
  /** An absolute path. */
  readonly outDir: string | undefined;
  readonly includePrivate: boolean;
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

const DATABASE: Readonly<Record<string, Kind>> = { ...INHERITED, database: 'text', generate: 'list', children: 'list' };

const GENERATE: Readonly<Record<string, Kind>> = {
  language: 'text',
  'out-dir': 'text',
  'include-private': 'flag',
  namespace: 'text',
  'unreal-module-name': 'text',
  'uproject-dir': 'text',
};

/** What cannot be done here, in the words of the flags of the same name. */
const REFUSED: Readonly<Record<string, string>> = {
  'bin-path': 'WebAssembly modules do not run here; TypeScript does. Name its source with module-path.',
  'build-options': 'a module is bundled in one way only, there is nothing to set. Leave it out.',
  organization: 'a database here belongs to whoever published it. Leave it out.',
  container: 'no containers run beside databases here. Leave it out.',
};

/**
 * A database and its children, each with what it inherits.
 * @param folder what paths are relative to
 * @param more fields that this one may have beside those of every database
 * @param warnings takes a line for each field that nobody knows
 * @throws SpacetickError E_PROJECT
 */
export function targetsOf(
  fields: Fields,
  folder: string,
  warnings: string[],
  more: Readonly<Record<string, Kind>> = {},
): Target[] {
  warnings.push(...fields.check({ ...DATABASE, ...more }));
  const path = (name: string): string | undefined => {
    const text = fields.text(name);
    return text === undefined ? undefined : resolve(folder, text);
  };
  const database = fields.text('database');
  if (database === undefined) {
    throw wrong(fields.at, 'there is no field database. Add the name of the database: "database": "my-game".');
  }
  const [first, second] = SOURCES.filter((name) => fields.has(name));
  if (second !== undefined)
    throw wrong(fields.placeOf(second), `there is ${first} already, and a module is one of them.`);
  const refused = Object.keys(REFUSED).find((name) => fields.has(name));
  const target: Target = {
    database,
    at: fields.placeOf('database'),
    server: fields.text('server'),
    modulePath: path('module-path'),
    jsPath: path('js-path'),
    breakClients: fields.flag('break-clients'),
    anonymous: fields.flag('anonymous'),
    generate: fields.list('generate').map((entry) => generateTarget(new Fields(entry), folder, warnings)),
    refusal: refused === undefined ? undefined : wrong(fields.placeOf(refused), `${refused}: ${REFUSED[refused]}`),
  };
  const children = fields.list('children').flatMap((child) => {
    const own = new Fields(child);
    const hasSource = SOURCES.some((name) => own.has(name));
    const may = (name: string) => Object.hasOwn(INHERITED, name) && !(hasSource && SOURCES.includes(name));
    return targetsOf(own.inheriting(fields, may), folder, warnings);
  });
  return [target, ...children];
}

function generateTarget(fields: Fields, folder: string, warnings: string[]): GenerateTarget {
  warnings.push(...fields.check(GENERATE));
  const lang = fields.text('language');
  if (lang === undefined) throw wrong(fields.at, 'there is no field language. Add "language": "typescript".');
  const outDir = fields.text('out-dir');
  return {
    at: fields.placeOf('language'),
    lang,
    outDir: outDir === undefined ? undefined : resolve(folder, outDir),
    includePrivate: fields.flag('include-private') ?? false,
  };
}
