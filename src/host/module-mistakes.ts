import * as moduleApi from '../module/index.ts';
import { SpacetickError } from '../values/index.ts';

const NOT_A_FUNCTION = /^(.+?) is not a (?:function|constructor)/; // V8, Firefox and Safari say the same
const BUNDLED_API = /\b(?:spacetick|spacetimedb)_server\d*\./g; // what a bundler makes of an import of the API
const FAR = 3; // edits; beyond that a suggestion would be a guess

/**
 * What the top level of a module threw, in the words of its author: `t.u23 is not a function` of a bundle says nothing
 * of what there is instead.
 */
export function explainMistake(thrown: unknown): unknown {
  if (!(thrown instanceof TypeError)) return thrown;
  const [, called] = NOT_A_FUNCTION.exec(thrown.message) ?? [];
  if (called === undefined) return thrown;
  const isOfApi = called.search(BUNDLED_API) >= 0;
  const written = called.replace(BUNDLED_API, '').replace(/^\(0 ?, ?(.+)\)$/, '$1');
  const [, before = '', name = ''] = /^(?:(.*)\.)?([\w$]+)$/s.exec(written) ?? [];
  const known = wordsBehind(before, isOfApi);
  if (name === '' || known === undefined) return thrown;
  const near = nearest(name, known);
  const isOurs = before === '' || before === 't';
  if (near === name || (near === undefined && !isOurs)) return thrown; // an object of the author's own
  const what = before === '' ? `'spacetick/server' exports no ${name}` : `There is no ${written}`;
  return new SpacetickError('E_MODULE', `${what}. ${insteadOf(name, known, before)}`, { cause: thrown });
}

/** What there is instead of a name that a module imports of the API; undefined when there is such a name. */
export function insteadOfImport(name: string): string | undefined {
  return name in moduleApi ? undefined : insteadOf(name, wordsBehind('', true)!);
}

function insteadOf(name: string, known: readonly string[], before = ''): string {
  const near = nearest(name, known);
  return near === undefined ? `There is: ${known.join(', ')}.` : `Did you mean ${joined(before, near)}?`;
}

/** What may stand after a dot; undefined when nobody here knows. */
function wordsBehind(before: string, isOfApi: boolean): readonly string[] | undefined {
  if (before === 't') return Object.keys(moduleApi.t);
  if (before === '') return isOfApi ? Object.keys(moduleApi).filter((name) => !INTERNAL.has(name)) : undefined;
  if (/\bt\.[\w$]+\(.*\)$/s.test(before)) return methodsOf(moduleApi.t.u32());
  return /^[\w$]+$/.test(before) && !isOfApi ? methodsOf(moduleApi.Schema.prototype) : undefined;
}

/** Exported for hosts, not for authors. */
const INTERNAL = new Set(['collectSchemas', 'describeModule', 'HOST_ERROR_CODES', 'Schema']);

function methodsOf(value: object): string[] {
  const prototype = Object.getPrototypeOf(value) === Object.prototype ? value : Object.getPrototypeOf(value);
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  );
}

function joined(before: string, name: string): string {
  return before === '' ? name : `${before}.${name}`;
}

/** The word that is fewest edits away, when that is near enough to be meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let found: string | undefined;
  let best = Math.min(FAR, Math.max(1, Math.floor(word.length / 2))) + 1;
  for (const other of words) {
    const distance = edits(word.toLowerCase(), other.toLowerCase());
    if (distance >= best) continue;
    best = distance;
    found = other;
  }
  return found;
}

/** How many letters have to be put in, taken out, replaced or swapped with the next (Damerau, Levenshtein). */
function edits(from: string, to: string): number {
  let last: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let cost = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        cost = Math.min(cost, last[j - 2]! + 1);
      next.push(cost);
    }
    last = row;
    row = next;
  }
  return row[to.length]!;
}
