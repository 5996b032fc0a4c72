import { keyOf } from '../values/index.ts';
import { columnsTest, columnTest, type Predicate } from './comparison.ts';
import { type BooleanExpr, ColumnExpr } from './expression.ts';

/** Whether rows of the table hold, as the host would decide: of a condition, or of none. */
export function conditionTest(condition: BooleanExpr | undefined): Predicate {
  const meaning = condition?.meaning ?? true;
  if (typeof meaning === 'boolean') return () => meaning;
  if ('column' in meaning) {
    const { operator, other, column } = meaning;
    return other instanceof ColumnExpr
      ? columnsTest(column.def, operator, other.def)
      : columnTest(column.def, operator, keyOf(column.def.type)(other));
  }
  const tests = meaning.parts.map(conditionTest);
  return meaning.operator === 'AND'
    ? (row) => tests.every((test) => test(row))
    : (row) => tests.some((test) => test(row));
}
