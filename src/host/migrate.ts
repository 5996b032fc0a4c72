import type { TableDef } from '../schema/index.ts';
import { type AlgebraicType, childrenOf, SpacetickError, typeName } from '../values/index.ts';

/**
 * Whether the rows of a database fit a new version of its module: tables may be added, and reducers, indexes and
 * visibility may change; columns may not (`api.md` 8).
 * @param count rows a table holds
 * @throws SpacetickError E_MIGRATION with all reasons
 */
export function checkMigration(
  before: readonly TableDef[],
  after: readonly TableDef[],
  count: (table: string) => number,
): void {
  const reasons = before.flatMap((old) => {
    const now = after.find((table) => table.name === old.name);
    if (now !== undefined) return columnReasons(old, now);
    return count(old.name) > 0 ? [`Removing the table ${old.name}, which holds rows, requires a manual migration`] : [];
  });
  if (reasons.length === 0) return;
  throw new SpacetickError(
    'E_MIGRATION',
    `Automatic migration planning failed:\n${reasons.map((reason) => `  ${reason}`).join('\n')}\n` +
      'Publish with --delete-data to start over with an empty database.',
  );
}

function columnReasons(old: TableDef, now: TableDef): string[] {
  const name = old.name;
  if (old.isEvent !== now.isEvent) return [`Changing whether ${name} is an event table requires a manual migration`];
  if (keyColumn(old) !== keyColumn(now))
    return [`Changing the primary key of table ${name} requires a manual migration`];
  const removed = old.columns.filter((column) => !now.columns.some((other) => other.name === column.name));
  if (removed.length > 0) {
    return removed.map((column) => `Removing a column ${column.name} from table ${name} requires a manual migration`);
  }
  const added = now.columns.filter((column) => !old.columns.some((other) => other.name === column.name));
  if (added.length > 0) {
    return added.map((column) => `Adding a column ${column.name} to table ${name} requires a manual migration`);
  }
  if (old.columns.some((column, i) => column.name !== now.columns[i]!.name)) {
    return [`Reordering table ${name} requires a manual migration`];
  }
  return old.columns.flatMap((column, i) => {
    const other = now.columns[i]!;
    if (column.key === other.key && sameType(column.type, other.type)) return [];
    const [from, to] = [typeName(column.type), typeName(other.type)];
    return [
      `Changing the type of column ${column.name} in table ${name} from ${from} to ${to} requires a manual migration`,
    ];
  });
}

function keyColumn(table: TableDef): string | undefined {
  return table.primaryKey === undefined ? undefined : table.columns[table.primaryKey]!.name;
}

/** True when values of one are values of the other, byte for byte. */
function sameType(a: AlgebraicType, b: AlgebraicType, open = new Map<AlgebraicType, AlgebraicType>()): boolean {
  if (a === b || open.get(a) === b) return true;
  if (a.tag !== b.tag || typeName(a) !== typeName(b)) return false;
  open.set(a, b);
  const labels = (type: AlgebraicType): readonly string[] =>
    type.tag === 'Product'
      ? type.elements.map((element) => element.key)
      : type.tag === 'Sum'
        ? type.variants.map((variant) => variant.name)
        : [];
  const [left, right] = [childrenOf(a), childrenOf(b)];
  return (
    labels(a).join() === labels(b).join() &&
    left.length === right.length &&
    left.every((child, i) => sameType(child, right[i]!, open))
  );
}
