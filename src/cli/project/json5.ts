import { parseSync } from 'rolldown/utils';
import { SpacetickError } from '../../host/index.ts';

/** A value of a JSON5 text, with where it stands: `spacetime.json:4:3`. */
export interface Located<V extends Json5Value = Json5Value> {
  readonly at: string;
  readonly value: V;
}

export type Json5Value = null | boolean | number | string | readonly Located[] | Json5Object;
export type Json5Object = ReadonlyMap<string, Located>;

type Expression = NonNullable<Extract<Body, { type: 'ExpressionStatement' }>['expression']>;
type Body = ReturnType<typeof parseSync>['program']['body'][number];

/**
 * Reads JSON5: JSON with comments, trailing commas, bare keys and single quotes. All of it is an expression of
 * JavaScript, so that is what it is parsed as; nothing of it is run.
 * @param file what the text is called in errors
 * @throws SpacetickError E_PROJECT naming line and column
 */
export function parseJson5(text: string, file: string): Located {
  const source = text.replace(/^\uFEFF/, '');
  // Parentheses make it an expression; a line comment at its end must not take the second one.
  const { program, errors } = parseSync('project.js', `(${source}\n)`, { lang: 'js', preserveParens: false });
  const place = (offset: number): string => `${file}:${lineAndColumn(source, offset - 1)}`;
  const [error] = errors;
  if (error !== undefined) throw wrong(place(error.labels[0]?.start ?? 1), `it is no JSON5: ${error.message}.`);
  const [statement] = program.body;
  if (statement?.type !== 'ExpressionStatement' || program.body.length > 1) throw wrong(place(1), 'it is no JSON5.');
  return located(statement.expression, place);
}

/** @param at where: file, line and column */
export function wrong(at: string, what: string): SpacetickError {
  return new SpacetickError('E_PROJECT', `${at}: ${what}`);
}

function located(node: Expression, place: (offset: number) => string): Located {
  const at = place(node.start);
  switch (node.type) {
    case 'ObjectExpression': {
      const fields = node.properties.map((property) => {
        if (property.type === 'Property' && !property.computed && !property.shorthand && !property.method) {
          if (property.key.type === 'Identifier') return [property.key.name, located(property.value, place)] as const;
          if (property.key.type === 'Literal')
            return [`${property.key.value}`, located(property.value, place)] as const;
        }
        throw wrong(place(property.start), 'it is no field of JSON5: write "name": value.');
      });
      return { at, value: new Map(fields) };
    }
    case 'ArrayExpression':
      return {
        at,
        value: node.elements.map((element) => {
          if (element !== null && element.type !== 'SpreadElement') return located(element, place);
          throw wrong(at, 'an element of this list is missing.');
        }),
      };
    case 'Literal':
      if (node.value === null || ['boolean', 'number', 'string'].includes(typeof node.value)) {
        return { at, value: node.value as Json5Value };
      }
      break;
    case 'UnaryExpression': {
      const { value } = located(node.argument, place);
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

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}
