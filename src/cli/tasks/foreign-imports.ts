import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import type { Plugin } from 'rolldown';
import { parseSync, transformSync } from 'rolldown/utils';
import { insteadOfImport, MODULE_API_SPECIFIERS, SpacetickError } from '../../host/index.ts';

interface ForeignImport {
  readonly specifier: string;
  /** File that imports it: an absolute path. */
  readonly importer: string;
}

/** A name that the module API does not have. */
interface UnknownName {
  readonly specifier: string;
  readonly name: string;
  /** `src/index.ts:3` */
  readonly place: string;
  readonly instead: string;
}

const SCRIPT = /\.[cm]?[jt]sx?$/;
const CLIENT = /^(spacetick|spacetimedb)(\/(?!server$).*)?$/;

/** Notes what a module imports and does not get: what is Node's, what is not installed, what the module API lacks. */
export class ForeignImports {
  readonly #found: ForeignImport[] = [];
  readonly #unknown: UnknownName[] = [];

  plugin(): Plugin {
    const found = this.#found;
    const unknown = this.#unknown;
    return {
      name: 'spacetick-foreign-imports',
      async resolveId(specifier, importer) {
        if (importer === undefined || MODULE_API_SPECIFIERS.includes(specifier)) return null;
        // Its own copy of every class: a schema made of it would be nobody's.
        if (CLIENT.test(specifier) && !importer.includes('/node_modules/')) found.push({ specifier, importer });
        const resolved = await this.resolve(specifier, importer, { skipSelf: true });
        // A file that is not there is an error of the bundler's own; of a package it makes an external import.
        if (resolved === null && !specifier.startsWith('.')) found.push({ specifier, importer });
        return resolved;
      },
      transform(code, file) {
        unknown.push(...unknownNames(code, file));
        return null;
      },
    };
  }

  /** @throws SpacetickError E_MODULE naming file and line of the first that was noted */
  refuse(): void {
    const [first] = this.#found;
    if (first !== undefined) refuseImport(first);
    // It would be undefined, and fail when it is used: in a view, long after it was published.
    const [unknown] = this.#unknown;
    if (unknown === undefined) return;
    const { place, specifier, name, instead } = unknown;
    throw new SpacetickError('E_MODULE', `${place}: '${specifier}' exports no ${name}. ${instead}`);
  }
}

function refuseImport(first: ForeignImport): never {
  const { specifier } = first;
  const reason = CLIENT.test(specifier)
    ? `which is for clients. Tables, types and reducers come from '${specifier.split('/')[0]}/server'.`
    : isBuiltin(specifier)
      ? 'which a host does not have: a module can use neither files nor network. What it needs from outside a client ' +
        'passes to a reducer.'
      : 'which is not installed. A module is bundled with everything it needs: npm install it, or leave it out.';
  throw new SpacetickError('E_MODULE', `${placeOf(first)}: The module imports ${specifier}, ${reason}`);
}

/** What a file imports of the module API and it does not have. Names that are only used as types do not count. */
function unknownNames(code: string, file: string): UnknownName[] {
  if (!SCRIPT.test(file) || !MODULE_API_SPECIFIERS.some((specifier) => code.includes(specifier))) return [];
  const kept = new Set(importsOfApi('module.js', transformSync(file, code).code).map(({ name }) => name));
  return importsOfApi(file, code).flatMap(({ specifier, name, at }) => {
    const instead = kept.has(name) ? insteadOfImport(name) : undefined;
    if (instead === undefined) return [];
    const line = code.slice(0, at).split('\n').length;
    return [{ specifier, name, place: `${relative(process.cwd(), file)}:${line}`, instead }];
  });
}

function importsOfApi(file: string, code: string): { specifier: string; name: string; at: number }[] {
  return parseSync(file, code).module.staticImports.flatMap(({ moduleRequest: { value: specifier }, entries }) => {
    if (!MODULE_API_SPECIFIERS.includes(specifier)) return [];
    return entries.flatMap(({ importName: { name, start } }) =>
      name === null || start === null ? [] : [{ specifier, name, at: start }],
    );
  });
}

function placeOf({ specifier, importer }: ForeignImport): string {
  const lines = readFileSync(importer, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(`'${specifier}'`) || text.includes(`"${specifier}"`)) + 1;
  const file = relative(process.cwd(), importer);
  return line === 0 ? file : `${file}:${line}`;
}
