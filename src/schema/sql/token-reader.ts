import { sqlError, type Token, tokenize } from './token.ts';

/** Words that end a table's alias rather than being one. */
const RESERVED = new Set(
  'WHERE JOIN INNER LEFT RIGHT FULL CROSS NATURAL ON USING LIMIT ORDER GROUP HAVING UNION SET VALUES'.split(' '),
);

/** The tokens of a statement, read from left to right. */
export class TokenReader {
  readonly #tokens: Token[];
  #at = 0;

  /** @throws SpacetickError E_SQL */
  constructor(sql: string) {
    this.#tokens = tokenize(sql);
  }

  /** The next token, which stays. */
  get next(): Token {
    return this.#tokens[this.#at]!;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** A name, quoted or not. @param wanted what it names, for the error */
  name(wanted: string): string {
    if (!this.isName()) throw this.unexpected(wanted);
    return this.take().text;
  }

  isName(): boolean {
    return this.next.kind === 'name' || this.next.kind === 'quotedName';
  }

  /** `AS x`, or `x` that is no keyword. */
  alias(): string | undefined {
    if (this.takeWord('AS')) return this.name('an alias');
    if (!this.isName() || (this.next.kind === 'name' && RESERVED.has(this.next.text.toUpperCase()))) return undefined;
    return this.take().text;
  }

  /** @param word in capitals */
  isWord(...words: readonly string[]): boolean {
    return this.next.kind === 'name' && words.includes(this.next.text.toUpperCase());
  }

  takeWord(word: string): boolean {
    return this.isWord(word) && this.take() !== undefined;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word);
  }

  isSymbol(symbol: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    return this.isSymbol(symbol) && this.take() !== undefined;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(symbol);
  }

  /** One or more of something, with commas between. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  /** The statement must be over, but for one semicolon. */
  expectEnd(): void {
    const ended = this.takeSymbol(';');
    const { kind, text, at } = this.next;
    if (kind === 'end') return;
    if (ended) throw sqlError('Multiple SQL statements are not supported');
    throw sqlError(`Unsupported expression: ${text} at character ${at}`);
  }

  unexpected(wanted: string): Error {
    const { kind, text, at } = this.next;
    return sqlError(
      `Expected ${wanted}, found ${kind === 'end' ? 'the end' : JSON.stringify(text)} at character ${at}`,
    );
  }
}
