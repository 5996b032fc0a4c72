import type { RowsQuery, Statement } from './ast.ts';
import { readColumn, readCondition, readValue } from './condition.ts';
import { readSelect } from './select.ts';
import { sqlError } from './token.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Parses a subscription query (`api.md` 5.1): whole rows of one table, perhaps joined with others, and a condition.
 * @throws SpacetickError E_SQL with the text the caller shows to the client
 */
export function parseQuery(sql: string): RowsQuery {
  const tokens = new TokenReader(sql);
  if (tokens.next.kind === 'end') throw sqlError('Empty SQL query');
  if (!tokens.takeWord('SELECT')) throw sqlError('Unsupported: Non-SELECT queries');
  const query = readSelect(tokens);
  const { projection, limit } = query;
  if (projection.kind !== 'rows') {
    throw sqlError('Column projections are not supported in subscriptions; Subscriptions must return a table type');
  }
  if (limit !== undefined) throw sqlError('Unsupported: LIMIT in subscriptions');
  tokens.expectEnd();
  return { ...query, projection };
}

/**
 * Parses what is run once (`api.md` 5.1): a query, a change of rows, or a setting.
 * @throws SpacetickError E_SQL
 */
export function parseStatement(sql: string): Statement {
  const tokens = new TokenReader(sql);
  if (tokens.next.kind === 'end') throw sqlError('Empty SQL query');
  const statement = readStatement(tokens);
  tokens.expectEnd();
  return statement;
}

function readStatement(tokens: TokenReader): Statement {
  const { text } = tokens.next;
  if (tokens.takeWord('SELECT')) return readSelect(tokens);
  if (tokens.takeWord('INSERT')) {
    tokens.expectWord('INTO');
    const table = tokens.name('a table name');
    const columns = tokens.isSymbol('(') ? inParentheses(tokens, () => tokens.name('a column')) : [];
    if (!tokens.takeWord('VALUES')) throw sqlError(`Unsupported expression: ${tokens.next.text || 'INSERT'}`);
    return {
      kind: 'insert',
      table,
      columns,
      rows: tokens.list(() => inParentheses(tokens, () => readValue(tokens))),
    };
  }
  if (tokens.takeWord('UPDATE')) {
    const table = tokens.name('a table name');
    tokens.expectWord('SET');
    const set = tokens.list(() => {
      const { column } = readColumn(tokens);
      tokens.expectSymbol('=');
      return { column, value: readValue(tokens) };
    });
    return { kind: 'update', table, set, where: takeWhere(tokens) };
  }
  if (tokens.takeWord('DELETE')) {
    tokens.expectWord('FROM');
    return { kind: 'delete', table: tokens.name('a table name'), where: takeWhere(tokens) };
  }
  if (tokens.takeWord('SET')) {
    const name = tokens.name('a setting');
    if (!tokens.takeSymbol('=')) tokens.expectWord('TO');
    return { kind: 'set', name, value: readValue(tokens) };
  }
  if (tokens.takeWord('SHOW')) return { kind: 'show', name: tokens.name('a setting') };
  throw sqlError(`Unsupported: ${text}`);
}

function takeWhere(tokens: TokenReader) {
  return tokens.takeWord('WHERE') ? readCondition(tokens) : undefined;
}

function inParentheses<T>(tokens: TokenReader, item: () => T): T[] {
  tokens.expectSymbol('(');
  const items = tokens.list(item);
  tokens.expectSymbol(')');
  return items;
}
