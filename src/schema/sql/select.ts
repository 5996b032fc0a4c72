import type { Comparison, JoinRef, ProjectedColumn, Projection, SelectQuery } from './ast.ts';
import { readCondition, readOperand, takeOperator } from './condition.ts';
import { sqlError } from './token.ts';
import type { TokenReader } from './token-reader.ts';

const MAX_JOINED = 32; // tables of one query, for its cost and memory

/** Reads what follows SELECT. @throws SpacetickError E_SQL */
export function readSelect(tokens: TokenReader): SelectQuery {
  const projection = readProjection(tokens);
  tokens.expectWord('FROM');
  if (tokens.isSymbol('(')) throw sqlError('Unsupported expression: a subquery');
  const table = tokens.name('a table name');
  const alias = tokens.alias();
  const joins: JoinRef[] = [];
  for (let join = takeJoin(tokens); join !== undefined; join = takeJoin(tokens)) {
    joins.push(join);
    if (joins.length >= MAX_JOINED) throw sqlError(`Unsupported expression: more than ${MAX_JOINED} tables`);
  }
  if (joins.length > 0 && projection.kind === 'rows' && projection.table === undefined) {
    throw sqlError('SELECT * is not supported for joins');
  }
  const where = tokens.takeWord('WHERE') ? readCondition(tokens) : undefined;
  return { kind: 'select', projection, table, alias, joins, where, limit: takeLimit(tokens) };
}

function takeJoin(tokens: TokenReader): JoinRef | undefined {
  if (tokens.isSymbol(',')) throw sqlError('Implicit joins are not supported');
  if (tokens.isWord('LEFT', 'RIGHT', 'FULL', 'NATURAL')) throw sqlError('Non-inner joins are not supported');
  const isCross = tokens.takeWord('CROSS');
  if (!isCross && !tokens.takeWord('INNER') && !tokens.isWord('JOIN')) return undefined;
  tokens.expectWord('JOIN');
  const table = tokens.name('a table name');
  const alias = tokens.alias();
  if (tokens.isWord('USING')) throw sqlError('Unsupported expression: USING');
  return { table, alias, on: !isCross && tokens.takeWord('ON') ? readOn(tokens) : undefined };
}

/** `a.x = b.y`, in parentheses or not. */
function readOn(tokens: TokenReader): Comparison {
  const inParentheses = tokens.takeSymbol('(');
  const left = readOperand(tokens);
  const operator = takeOperator(tokens);
  const right = operator && readOperand(tokens);
  if (operator !== '=' || left.kind !== 'column' || right?.kind !== 'column') {
    throw sqlError('Unsupported expression: a join ON anything but one column = another');
  }
  if (inParentheses) tokens.expectSymbol(')');
  if (left.table === undefined || right.table === undefined) {
    throw sqlError('Names must be qualified when using joins');
  }
  return { kind: 'compare', operator, left, right };
}

function readProjection(tokens: TokenReader): Projection {
  if (tokens.takeSymbol('*')) {
    if (tokens.isSymbol(',')) throw sqlError('Unsupported projection: * beside other columns');
    return { kind: 'rows', table: undefined };
  }
  if (tokens.isWord('DISTINCT')) throw sqlError('Unsupported projection: DISTINCT');
  const columns = tokens.list(() => readProjected(tokens));
  const [first] = columns;
  if (columns.length === 1 && first!.kind !== 'column') return first as Projection;
  for (const column of columns) {
    if (column.kind !== 'column') throw sqlError('Unsupported projection: rows or a COUNT beside other columns');
  }
  return { kind: 'columns', columns: columns as ProjectedOne[] };
}

type ProjectedOne = ProjectedColumn & { readonly kind: 'column' };

function readProjected(tokens: TokenReader): ProjectedOne | Projection {
  if (!tokens.isName() || tokens.isWord('FROM')) {
    throw sqlError(`Unsupported projection: ${tokens.next.text || 'nothing'}`);
  }
  const first = tokens.take();
  if (tokens.isSymbol('(')) return readAggregate(tokens, first.text);
  if (first.kind === 'name' && /^(true|false)$/i.test(first.text)) {
    throw sqlError(`Unsupported projection: ${first.text}`);
  }
  let column = { kind: 'column', table: undefined as string | undefined, column: first.text } as const;
  if (tokens.takeSymbol('.')) {
    if (tokens.takeSymbol('*')) return { kind: 'rows', table: first.text };
    column = { ...column, table: first.text, column: tokens.name('a column') };
  }
  if (tokens.next.kind === 'symbol' && '+-/%*'.includes(tokens.next.text)) {
    throw sqlError(`Unsupported projection: ${tokens.next.text}`);
  }
  return { kind: 'column', column, alias: tokens.isWord('FROM') ? undefined : tokens.alias() };
}

function readAggregate(tokens: TokenReader, name: string): Projection {
  tokens.expectSymbol('(');
  if (name.toUpperCase() !== 'COUNT' || !tokens.takeSymbol('*')) {
    throw sqlError(`Unsupported aggregate function: ${name.toUpperCase()}`);
  }
  tokens.expectSymbol(')');
  const alias = tokens.isWord('FROM') ? undefined : tokens.alias();
  if (alias === undefined) throw sqlError('Aggregate expressions must have column aliases');
  return { kind: 'count', alias };
}

function takeLimit(tokens: TokenReader): number | undefined {
  if (!tokens.takeWord('LIMIT')) return undefined;
  const { kind, text } = tokens.take();
  if (kind !== 'number' || !/^\d+$/.test(text)) throw sqlError(`Unsupported LIMIT expression: ${text || 'nothing'}`);
  return Number(text);
}
