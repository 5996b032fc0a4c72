import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import type { Plugin } from 'rolldown';
import { MODULE_API_SPECIFIERS, SpacetickError } from '../../host/index.ts';

interface ForeignImport {
  readonly specifier: string;
  /** File that imports it: an absolute path. */
  readonly importer: string;
}

const CLIENT = /^(spacetick|spacetimedb)(\/(?!server$).*)?$/;

/** Notes what a module imports and a bundle cannot carry: what is Node's, and what is not installed. */
export class ForeignImports {
  readonly #found: ForeignImport[] = [];

  plugin(): Plugin {
    const found = this.#found;
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
    };
  }

  /** @throws SpacetickError E_MODULE naming file and line of the first that was noted */
  refuse(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const { specifier } = first;
    const reason = CLIENT.test(specifier)
      ? `which is for clients. Tables, types and reducers come from '${specifier.split('/')[0]}/server'.`
      : isBuiltin(specifier)
        ? 'which a host does not have: a module can use neither files nor network. What it needs from outside a client ' +
          'passes to a reducer.'
        : 'which is not installed. A module is bundled with everything it needs: npm install it, or leave it out.';
    throw new SpacetickError('E_MODULE', `${placeOf(first)}: The module imports ${specifier}, ${reason}`);
  }
}

function placeOf({ specifier, importer }: ForeignImport): string {
  const lines = readFileSync(importer, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(`'${specifier}'`) || text.includes(`"${specifier}"`)) + 1;
  const file = relative(process.cwd(), importer);
  return line === 0 ? file : `${file}:${line}`;
}
