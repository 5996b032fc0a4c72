import { parseSync } from 'rolldown/utils';
import { SpacetickError } from '../../host/index.ts';

/** A value of a JSON5 text, with where it stands: `spacetime.json:4:3`. */
export interface Located<V extends Json5Value = Json5Value> {
  readonly at: string;
  readonly value: V;
}

export type Json5Value = null | boolean | number | string | readonly Located[] | Json5Object;
export type Json5Object = ReadonlyMap<string, Field>;

/** A value with where its key stands. */
export interface Field extends Located {
  readonly keyAt: string;
}

type Expression = NonNullable<Extract<Body, { type: 'ExpressionStatement' }>['expression']>;
type Property = Extract<Extract<Expression, { type: 'ObjectExpression' }>['properties'][number], { type: 'Property' }>;
type Body = ReturnType<typeof parseSync>['program']['body'][number];

/**
 * Reads JSON5: JSON with comments, trailing commas, bare keys and single quotes. All of it is an expression of
 * JavaScript, so that is what it is parsed as; nothing of it is run.
 * @param file what the text is called in errors
 * @param twice takes a line for each field that an object has twice, of which the last one counts
 * @throws SpacetickError E_PROJECT naming line and column
 */
export function parseJson5(text: string, file: string, twice: string[] = []): Located {
  const source = text.replace(/^\uFEFF/, '');
  // Parentheses make it an expression; a line comment at its end must not take the second one.
  const { program, errors } = parseSync('project.js', `(${source}\n)`, { lang: 'js', preserveParens: false });
  const place = (offset: number): string => `${file}:${lineAndColumn(source, offset - 1)}`;
  const [error] = errors;
  if (error !== undefined) throw wrong(place(error.labels[0]?.start ?? 1), `it is no JSON5: ${error.message}.`);
  const [statement] = program.body;
  if (statement?.type !== 'ExpressionStatement' || program.body.length > 1) throw wrong(place(1), 'it is no JSON5.');
  return located(statement.expression, place, twice);
}

/** @param at where: file, line and column */
export function wrong(at: string, what: string): SpacetickError {
  return new SpacetickError('E_PROJECT', `${at}: ${what}`);
}

/** Does something with what stands in a file; an error of it says where. @param at undefined for what stands in none */
export function placed<T>(at: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (at === undefined || !(error instanceof SpacetickError)) throw error;
    throw new SpacetickError(error.code, `${at}: ${error.message}`, { cause: error });
  }
}

function located(node: Expression, place: (offset: number) => string, twice: string[]): Located {
  const at = place(node.start);
  switch (node.type) {
    case 'ObjectExpression': {
      const fields = new Map<string, Field>();
      for (const property of node.properties) {
        const key = property.type === 'Property' ? keyOf(property) : undefined;
        const keyAt = place(property.start);
        if (property.type !== 'Property' || key === undefined) {
          throw wrong(keyAt, 'it is no field of JSON5: write "name": value.');
        }
        const before = fields.get(key);
        if (before !== undefined)
          twice.push(`${keyAt}: the field ${key} is there twice, and the one at ${before.keyAt} does not count.`);
        fields.set(key, { ...located(property.value, place, twice), keyAt });
      }
      return { at, value: fields };
    }
    case 'ArrayExpression':
      return {
        at,
        value: node.elements.map((element) => {
          if (element !== null && element.type !== 'SpreadElement') return located(element, place, twice);
          throw wrong(at, 'an element of this list is missing.');
        }),
      };
    case 'Literal':
      if (node.value === null || ['boolean', 'number', 'string'].includes(typeof node.value)) {
        return { at, value: node.value as Json5Value };
      }
      break;
    case 'UnaryExpression': {
      const { value } = located(node.argument, place, twice);
      if (typeof value === 'number' && node.operator === '-') return { at, value: -value };
      if (typeof value === 'number' && node.operator === '+') return { at, value };
      break;
    }
    case 'Identifier':
      if (node.name === 'NaN' || node.name === 'Infinity') return { at, value: Number(node.name) };
      break;
  }
  throw wrong(at, 'it is no value of JSON5. Text stands in quotes.');
}

/** Undefined for what JSON5 does not have. */
function keyOf({ key, computed, shorthand, method }: Property): string | undefined {
  if (computed || shorthand || method) return undefined;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? `${key.value}` : undefined;
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}
