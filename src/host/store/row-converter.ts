import type { TableDef } from '../../schema/index.ts';
import { codecOf, copyValue } from '../../values/index.ts';
import type { Row } from './row.ts';

/** Rows of a table as the next version of the module has them: other properties, added columns with their defaults. */
export function rowConverter(before: TableDef, after: TableDef): (row: Row) => Row {
  const isSame =
    before.columns.length === after.columns.length &&
    after.columns.every((column, i) => column.key === before.columns[i]!.key);
  if (isSame) return (row) => row;
  return (row) =>
    Object.fromEntries(
      after.columns.map(({ key, type, default: fallback }, i) => {
        const old = before.columns[i];
        if (old !== undefined) return [key, row[old.key]];
        return [key, copyValue(type, codecOf(type), fallback!.value, `${after.name}.${key}`)];
      }),
    );
}
