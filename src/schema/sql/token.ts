import { SpacetickError } from '../../values/index.ts';

export type TokenKind = 'name' | 'quotedName' | 'number' | 'string' | 'hex' | 'symbol' | 'parameter' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Names as written; strings and quoted names without their quotes; hex without its prefix. */
  readonly text: string;
  /** Character the token starts at. */
  readonly at: number;
}

const SPACE = /\s+|--[^\n]*/y;
const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['hex', /0[xX]([0-9a-fA-F]+)|[xX]'([0-9a-fA-F]*)'/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['string', /'((?:[^']|'')*)'/y],
  ['quotedName', /"((?:[^"]|"")+)"/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['parameter', /:([A-Za-z_]\w*)/y],
  ['symbol', /<>|!=|<=|>=|[=<>(),.*;+\-/%]/y],
];

/** Why a query was refused; the text is for people. */
export function sqlError(message: string): SpacetickError {
  return new SpacetickError('E_SQL', message);
}

/** Splits SQL into tokens. @throws SpacetickError E_SQL at a character that starts none */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    while (SPACE.test(sql)) {
      at = SPACE.lastIndex;
      SPACE.lastIndex = at;
    }
    if (at >= sql.length) break;
    const token = next(sql, at);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', at: sql.length });
  return tokens;
}

function next(sql: string, at: number): { token: Token; end: number } {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(sql);
    if (match === null) continue;
    const raw = match[1] ?? match[2] ?? match[0];
    const text =
      kind === 'string' ? raw.replaceAll("''", "'") : kind === 'quotedName' ? raw.replaceAll('""', '"') : raw;
    return { token: { kind, text, at }, end: rule.lastIndex };
  }
  const char = sql[at]!;
  if (char === "'" || char === '"')
    throw sqlError(`Unterminated ${char === "'" ? 'string' : 'name'} at character ${at}`);
  throw sqlError(`Unexpected character ${JSON.stringify(char)} at ${at}`);
}
