import type { ColumnRef, ComparisonOperator, Condition, Literal, Operand, SelectQuery } from './ast.ts';
import { sqlError, type Token, tokenize } from './token.ts';

const OPERATORS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);
const MAX_NESTING = 200; // parentheses within parentheses; far from the stack's end
const MAX_PARTS = 1000; // comparisons of one condition: a view of many cells; bounds what one query costs a row

/** Words that end a table's alias rather than being one. */
const RESERVED = new Set(['WHERE', 'JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'ON', 'LIMIT', 'ORDER', 'GROUP']);

/**
 * Parses a subscription query (`api.md` 5.1): one table, an optional condition.
 * @throws SpacetickError E_SQL with the text the caller shows to the client
 */
export function parseQuery(sql: string): SelectQuery {
  return new Parser(sql).select();
}

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private nesting = 0;
  private parts = 0;

  constructor(sql: string) {
    this.tokens = tokenize(sql);
  }

  select(): SelectQuery {
    if (this.peek().kind === 'end') throw sqlError('Empty SQL query');
    if (!this.takeWord('SELECT')) throw sqlError('Unsupported: Non-SELECT queries');
    const projection = this.projection();
    this.expectWord('FROM');
    const table = this.name('a table name');
    let alias: string | undefined;
    if (this.takeWord('AS')) alias = this.name('an alias');
    else if (this.isName() && !RESERVED.has(this.peek().text.toUpperCase())) alias = this.name('an alias');
    this.refuseJoins(projection);
    if (projection !== '*' && projection !== (alias ?? table)) throw sqlError(`\`${projection}\` is not in scope`);
    const where = this.takeWord('WHERE') ? this.or() : undefined;
    this.takeSymbol(';');
    const rest = this.peek();
    if (rest.kind !== 'end') {
      if (this.tokens[this.at - 1]?.text === ';') throw sqlError('Multiple SQL statements are not supported');
      throw sqlError(`Unsupported expression: ${rest.text} at character ${rest.at}`);
    }
    return { table, alias, where };
  }

  private refuseJoins(projection: string): void {
    if (this.isSymbol(',')) throw sqlError('Implicit joins are not supported');
    if (['LEFT', 'RIGHT', 'FULL', 'CROSS'].some((word) => this.isWord(word))) {
      throw sqlError('Non-inner joins are not supported');
    }
    if (!this.isWord('JOIN') && !this.isWord('INNER')) return;
    throw sqlError(
      projection === '*' ? 'SELECT * is not supported for joins' : 'Unsupported: joins in subscriptions to this host',
    );
  }

  /** `*`, or the table of `t.*`. */
  private projection(): string {
    if (this.takeSymbol('*')) return '*';
    if (this.isName()) {
      const table = this.name('*');
      if (this.takeSymbol('.') && this.takeSymbol('*')) return table;
    }
    throw sqlError('Column projections are not supported in subscriptions; Subscriptions must return a table type');
  }

  private or(): Condition {
    let left = this.and();
    while (this.takeWord('OR')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Condition {
    let left = this.primary();
    while (this.takeWord('AND')) left = { kind: 'and', left, right: this.primary() };
    return left;
  }

  private primary(): Condition {
    if (this.isWord('NOT')) throw sqlError('Unsupported expression: NOT');
    if (this.takeSymbol('(')) {
      if (++this.nesting > MAX_NESTING) {
        throw sqlError(`Unsupported expression: parentheses nested deeper than ${MAX_NESTING}`);
      }
      const inner = this.or();
      if (!this.takeSymbol(')')) throw this.unexpected(')');
      this.nesting--;
      return inner;
    }
    if (++this.parts > MAX_PARTS) throw sqlError(`Unsupported expression: a condition of more than ${MAX_PARTS} parts`);
    const left = this.operand();
    const operator = this.peek();
    if (operator.kind === 'symbol' && OPERATORS.has(operator.text)) {
      this.at++;
      const right = this.operand();
      return {
        kind: 'compare',
        operator: (operator.text === '!=' ? '<>' : operator.text) as ComparisonOperator,
        left,
        right,
      };
    }
    if (left.kind === 'column' || (left.kind === 'literal' && left.form === 'bool'))
      return { kind: 'truth', operand: left };
    throw this.unexpected('a comparison');
  }

  private operand(): Operand {
    const token = this.peek();
    switch (token.kind) {
      case 'parameter':
        this.at++;
        if (token.text !== 'sender') throw sqlError(`Unsupported expression: :${token.text}`);
        return { kind: 'parameter', name: token.text };
      case 'number':
      case 'string':
      case 'hex':
        this.at++;
        return { kind: 'literal', form: token.kind, text: token.text };
      case 'symbol':
        if (token.text === '-' || token.text === '+') {
          this.at++;
          const number = this.peek();
          if (number.kind !== 'number') throw this.unexpected('a number');
          this.at++;
          return { kind: 'literal', form: 'number', text: token.text === '-' ? `-${number.text}` : number.text };
        }
        throw this.unexpected('a column or a literal');
      case 'name':
        if (/^(true|false)$/i.test(token.text)) {
          this.at++;
          return { kind: 'literal', form: 'bool', text: token.text.toUpperCase() } satisfies Literal;
        }
        return this.column();
      case 'quotedName':
        return this.column();
      default:
        throw this.unexpected('a column or a literal');
    }
  }

  private column(): ColumnRef {
    const first = this.name('a column');
    if (!this.takeSymbol('.')) return { kind: 'column', table: undefined, column: first };
    return { kind: 'column', table: first, column: this.name('a column') };
  }

  private name(wanted: string): string {
    if (!this.isName()) throw this.unexpected(wanted);
    return this.tokens[this.at++]!.text;
  }

  private isName(): boolean {
    const { kind } = this.peek();
    return kind === 'name' || kind === 'quotedName';
  }

  private isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.text.toUpperCase() === word;
  }

  private takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at++;
    return true;
  }

  private expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word);
  }

  private isSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === symbol;
  }

  private takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at++;
    return true;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private unexpected(wanted: string): Error {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
    return sqlError(`Expected ${wanted}, found ${found} at character ${token.at}`);
  }
}
