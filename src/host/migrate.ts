import type { ModuleDef, ModuleViewDef, TableDef } from '../schema/index.ts';
import { type AlgebraicType, childrenOf, SpacetickError, typeName } from '../values/index.ts';

/** What a new version of a module means for a database that has rows and clients. */
export interface Migration {
  /** Changes after which clients with bindings of the old version misread rows; empty when they can go on. */
  readonly breaksClients: readonly string[];
}

/**
 * Whether the rows of a database fit a new version of its module (`api.md` 8): tables, and columns with defaults at
 * the end, may be added; an enum may gain variants at its end; reducers, indexes, constraints, sequences, schedules and
 * visibility may change.
 * @param count rows a table holds
 * @throws SpacetickError E_MIGRATION with all reasons
 */
export function planMigration(
  before: Pick<ModuleDef, 'tables' | 'views'>,
  after: Pick<ModuleDef, 'tables' | 'views'>,
  count: (table: string) => number,
): Migration {
  const refused: string[] = [];
  const breaksClients = compareViews(before.views, after.views);
  for (const old of before.tables) {
    const now = after.tables.find((table) => table.name === old.name);
    if (now !== undefined) compareTables(old, now, refused, breaksClients);
    else if (count(old.name) > 0) {
      refused.push(`Removing the table ${old.name}, which holds rows, requires a manual migration`);
    } else if (old.isPublic) breaksClients.push(`Removing the table ${old.name}`);
  }
  if (refused.length === 0) return { breaksClients };
  throw new SpacetickError(
    'E_MIGRATION',
    `Automatic migration planning failed:\n${listed(refused)}\n` +
      'Publish with --delete-data to start over with an empty database.',
  );
}

/** @throws SpacetickError E_BREAKS_CLIENTS */
export function refuseBreaking({ breaksClients }: Migration): void {
  if (breaksClients.length === 0) return;
  throw new SpacetickError(
    'E_BREAKS_CLIENTS',
    `This version changes what connected clients know of the tables:\n${listed(breaksClients)}\n` +
      'Publish with --break-clients to disconnect them, and generate bindings again.',
  );
}

function listed(reasons: readonly string[]): string {
  return reasons.map((reason) => `  ${reason}`).join('\n');
}

function compareTables(old: TableDef, now: TableDef, refused: string[], breaksClients: string[]): void {
  const { name } = old;
  if (old.isEvent !== now.isEvent) {
    refused.push(`Changing whether ${name} is an event table requires a manual migration`);
    return;
  }
  const wasSeen = old.isPublic && now.isPublic;
  if (wasSeen && keyColumn(old) !== keyColumn(now)) breaksClients.push(`Changing the primary key of table ${name}`);
  const reasons = columnReasons(old, now);
  if (old.isEvent) {
    // Its rows are not kept: nothing to migrate, but readers must know.
    if (wasSeen && (reasons.length > 0 || old.columns.length !== now.columns.length)) {
      breaksClients.push(`Changing the columns of event table ${name}`);
    }
    return;
  }
  refused.push(...reasons);
  if (wasSeen && reasons.length === 0) {
    for (const column of now.columns.slice(old.columns.length)) {
      breaksClients.push(`Adding a column ${column.name} to table ${name}`);
    }
  }
}

function columnReasons(old: TableDef, now: TableDef): string[] {
  const { name } = old;
  const has = (table: TableDef, column: string) => table.columns.some((other) => other.name === column);
  const removed = old.columns.filter((column) => !has(now, column.name));
  if (removed.length > 0) {
    return removed.map((column) => `Removing a column ${column.name} from table ${name} requires a manual migration`);
  }
  const bare = now.columns.filter((column) => !has(old, column.name) && column.default === undefined);
  if (bare.length > 0) {
    return bare.map((column) => `Adding a column ${column.name} to table ${name} requires a default value annotation`);
  }
  if (old.columns.some((column, i) => column.name !== now.columns[i]!.name)) {
    return [`Reordering table ${name} requires a manual migration`];
  }
  return old.columns.flatMap((column, i) => {
    const other = now.columns[i]!;
    if (holds(column.type, other.type)) return [];
    const [from, to] = [typeName(column.type), typeName(other.type)];
    return [
      `Changing the type of column ${column.name} in table ${name} from ${from} to ${to} requires a manual migration`,
    ];
  });
}

/** Whether rows of the old one are rows of the new one, and have the same key. */
export function isSameShape(old: TableDef, now: TableDef): boolean {
  return (
    keyColumn(old) === keyColumn(now) &&
    old.columns.length === now.columns.length &&
    columnReasons(old, now).length === 0
  );
}

/** What changes of views mean for clients; views have no rows of their own to lose. */
function compareViews(before: readonly ModuleViewDef[], after: readonly ModuleViewDef[]): string[] {
  return before.flatMap(({ name, table }) => {
    const now = after.find((view) => view.name === name);
    if (now === undefined) return [`Removing the view ${name}`];
    return isSameShape(table, now.table) ? [] : [`Changing the columns of view ${name}`];
  });
}

function keyColumn(table: TableDef): string | undefined {
  return table.primaryKey === undefined ? undefined : table.columns[table.primaryKey]!.name;
}

/** True when every value of the old type is one of the new, byte for byte: sums may have gained variants at the end. */
function holds(old: AlgebraicType, now: AlgebraicType, open = new Map<AlgebraicType, AlgebraicType>()): boolean {
  if (old === now || open.get(old) === now) return true;
  if (old.tag !== now.tag || typeName(old) !== typeName(now)) return false;
  open.set(old, now);
  const [before, after] = [labelsOf(old), labelsOf(now)];
  if (before.some((label, i) => label !== after[i])) return false;
  if (old.tag !== 'Sum' && before.length !== after.length) return false;
  const types = childrenOf(now);
  return childrenOf(old).every((type, i) => holds(type, types[i]!, open));
}

function labelsOf(type: AlgebraicType): readonly string[] {
  if (type.tag === 'Product') return type.elements.map(({ key }) => key);
  return type.tag === 'Sum' ? type.variants.map(({ name }) => name) : [];
}
