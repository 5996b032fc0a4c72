import type { ColumnRef, ComparisonOperator, Condition, Operand, Value } from './ast.ts';
import { sqlError } from './token.ts';
import type { TokenReader } from './token-reader.ts';

const OPERATORS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);
const MAX_NESTING = 200; // parentheses within parentheses; far from the stack's end
const MAX_PARTS = 1000; // comparisons of one condition: a view of many cells; bounds what one query costs a row

/** Reads a condition: AND binds tighter than OR. @throws SpacetickError E_SQL */
export function readCondition(tokens: TokenReader): Condition {
  return new ConditionReader(tokens).or();
}

class ConditionReader {
  readonly #tokens: TokenReader;
  #nesting = 0;
  #parts = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  or(): Condition {
    let left = this.#and();
    while (this.#tokens.takeWord('OR')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#primary();
    while (this.#tokens.takeWord('AND')) left = { kind: 'and', left, right: this.#primary() };
    return left;
  }

  #primary(): Condition {
    const tokens = this.#tokens;
    if (tokens.isWord('NOT')) throw sqlError('Unsupported expression: NOT');
    if (tokens.takeSymbol('(')) {
      if (++this.#nesting > MAX_NESTING) {
        throw sqlError(`Unsupported expression: parentheses nested deeper than ${MAX_NESTING}`);
      }
      const inner = this.or();
      tokens.expectSymbol(')');
      this.#nesting--;
      return inner;
    }
    if (++this.#parts > MAX_PARTS)
      throw sqlError(`Unsupported expression: a condition of more than ${MAX_PARTS} parts`);
    const left = readOperand(tokens);
    const operator = takeOperator(tokens);
    if (operator !== undefined) return { kind: 'compare', operator, left, right: readOperand(tokens) };
    if (left.kind === 'column' || (left.kind === 'literal' && left.form === 'bool')) {
      return { kind: 'truth', operand: left };
    }
    throw tokens.unexpected('a comparison');
  }
}

/** The comparison operator that comes next, if one does. */
export function takeOperator(tokens: TokenReader): ComparisonOperator | undefined {
  const { kind, text } = tokens.next;
  if (kind !== 'symbol' || !OPERATORS.has(text)) return undefined;
  tokens.take();
  return (text === '!=' ? '<>' : text) as ComparisonOperator;
}

export function readOperand(tokens: TokenReader): Operand {
  const value = takeValue(tokens);
  if (value !== undefined) return value;
  if (!tokens.isName()) throw tokens.unexpected('a column or a literal');
  return readColumn(tokens);
}

/** A literal or parameter. */
export function readValue(tokens: TokenReader): Value {
  const value = takeValue(tokens);
  if (value !== undefined) return value;
  if (!tokens.isName()) throw tokens.unexpected('a literal');
  throw sqlError(`Unsupported expression: ${tokens.next.text}`);
}

export function readColumn(tokens: TokenReader): ColumnRef {
  const first = tokens.name('a column');
  if (!tokens.takeSymbol('.')) return { kind: 'column', table: undefined, column: first };
  return { kind: 'column', table: first, column: tokens.name('a column') };
}

function takeValue(tokens: TokenReader): Value | undefined {
  const { kind, text } = tokens.next;
  switch (kind) {
    case 'parameter':
      if (text !== 'sender') throw sqlError(`Unsupported expression: :${text}`);
      tokens.take();
      return { kind: 'parameter', name: text };
    case 'number':
    case 'string':
    case 'hex':
      tokens.take();
      return { kind: 'literal', form: kind, text };
    case 'symbol': {
      if (text !== '-' && text !== '+') return undefined;
      tokens.take();
      const number = tokens.next;
      if (number.kind !== 'number') throw tokens.unexpected('a number');
      tokens.take();
      return { kind: 'literal', form: 'number', text: text === '-' ? `-${number.text}` : number.text };
    }
    case 'name':
      if (!tokens.isWord('TRUE', 'FALSE')) return undefined;
      tokens.take();
      return { kind: 'literal', form: 'bool', text: text.toUpperCase() };
    default:
      return undefined;
  }
}
