import { SpacetickError, show } from './errors.ts';

/** Parsed JSON whose numbers are kept as text (`JsonNumber`) so that no digit is lost. */
export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>;

export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const JSON_DEPTH = 512; // each of the 128 levels a recursive type may have nests up to 4; far from the stack's end

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20; // below it: control characters, which a JSON string must escape

/** Parses JSON, keeping numbers as text and objects as maps. @throws SpacetickError E_JSON_INVALID saying where */
export function parseJson(text: string): Json {
  const parser = new JsonParser(text);
  const json = parser.value();
  parser.end();
  return json;
}

class JsonParser {
  private readonly text: string;
  private readonly number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): Json {
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      case undefined:
        return this.refuse('it ends too early');
      default:
        return this.numeral();
    }
  }

  /** @throws unless nothing but space is left */
  end(): void {
    this.space();
    if (this.at < this.text.length) this.refuse('something stands behind the value');
  }

  private refuse(reason: string): never {
    throw new SpacetickError('E_JSON_INVALID', `Not JSON: ${reason} at character ${this.at}.`);
  }

  private space(): void {
    while (' \n\r\t'.includes(this.text[this.at] ?? '.')) this.at++;
  }

  private word(word: string, value: boolean | null): boolean | null {
    if (!this.text.startsWith(word, this.at)) this.refuse(`unexpected ${show(this.text.slice(this.at, this.at + 8))}`);
    this.at += word.length;
    return value;
  }

  private numeral(): JsonNumber {
    this.number.lastIndex = this.at;
    const number = this.number.exec(this.text)?.[0];
    if (number === undefined) return this.refuse(`unexpected ${show(this.text[this.at])}`);
    this.at += number.length;
    return new JsonNumber(number);
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > JSON_DEPTH) this.refuse(`nested deeper than ${JSON_DEPTH} levels`);
    this.at++; // the opening bracket
    const result = read();
    this.depth--;
    return result;
  }

  // A loop: a regular expression would need stack for every character.
  private string(): string {
    let end = this.at + 1;
    for (;;) {
      const code = this.text.charCodeAt(end);
      if (code === QUOTE) break;
      if (Number.isNaN(code)) this.refuse('a string without an end');
      if (code < SPACE) this.refuse('a control character in a string');
      end += code === BACKSLASH ? 2 : 1;
    }
    const quoted = this.text.slice(this.at, end + 1);
    let value: string;
    try {
      value = JSON.parse(quoted) as string;
    } catch {
      return this.refuse('a string with a bad escape');
    }
    this.at = end + 1;
    return value;
  }

  private array(): Json[] {
    const items: Json[] = [];
    if (this.closes(']')) return items;
    do items.push(this.value());
    while (this.continues(']'));
    return items;
  }

  private object(): Map<string, Json> {
    const entries = new Map<string, Json>();
    if (this.closes('}')) return entries;
    do {
      this.space();
      if (this.text[this.at] !== '"') this.refuse('expected a field name');
      const name = this.string();
      if (entries.has(name)) this.refuse(`field ${show(name)} stands there twice`);
      this.space();
      if (this.text[this.at++] !== ':') this.refuse('expected :');
      entries.set(name, this.value());
    } while (this.continues('}'));
    return entries;
  }

  private closes(bracket: string): boolean {
    this.space();
    if (this.text[this.at] !== bracket) return false;
    this.at++;
    return true;
  }

  /** True at a comma, false at the closing bracket. */
  private continues(bracket: string): boolean {
    this.space();
    const next = this.text[this.at++];
    if (next !== ',' && next !== bracket) this.refuse(`expected , or ${bracket}`);
    return next === ',';
  }
}
