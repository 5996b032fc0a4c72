import type { LoadedModule } from '../module/index.ts';
import type { TableDef } from '../schema/index.ts';
import { typeName } from '../values/index.ts';

/** What a new version of a module changes, step by step, for its owner to read before it is published. */
export function migrationSteps(before: LoadedModule, after: LoadedModule): string[] {
  return [
    ...compared(before.tables, after.tables, {
      added: (table) => [`Create the ${shownTable(table)}`],
      removed: ({ name }) => [`Remove the table ${name}`],
      kept: tableSteps,
    }),
    ...compared(before.reducers, after.reducers, {
      added: ({ name }) => [`Add the reducer ${name}`],
      removed: ({ name }) => [`Remove the reducer ${name}`],
      kept: (old, now) =>
        signature(old) === signature(now)
          ? []
          : [`Change the parameters of the reducer ${now.name}: ${signature(now)}`],
    }),
  ];
}

interface Steps<T> {
  added(now: T): readonly string[];
  removed(old: T): readonly string[];
  kept(old: T, now: T): readonly string[];
}

function compared<T extends { readonly name: string }>(
  before: readonly T[],
  after: readonly T[],
  steps: Steps<T>,
): string[] {
  const old = new Map(before.map((one) => [one.name, one]));
  const now = new Map(after.map((one) => [one.name, one]));
  return [
    ...before.filter(({ name }) => !now.has(name)).flatMap((one) => steps.removed(one)),
    ...after.flatMap((one) => {
      const was = old.get(one.name);
      return was === undefined ? steps.added(one) : steps.kept(was, one);
    }),
  ];
}

function tableSteps(old: TableDef, now: TableDef): string[] {
  const { name } = now;
  const steps: string[] = [];
  if (old.isPublic !== now.isPublic) steps.push(`Make the table ${name} ${now.isPublic ? 'public' : 'private'}`);
  steps.push(
    ...compared(old.columns, now.columns, {
      added: (column) => [`Add the column ${column.name}: ${typeName(column.type)} to the table ${name}`],
      removed: (column) => [`Remove the column ${column.name} from the table ${name}`],
      kept: () => [],
    }),
    ...compared(old.indexes, now.indexes, {
      added: (index) => [`Create the index ${index.name} on the table ${name}`],
      removed: (index) => [`Remove the index ${index.name} from the table ${name}`],
      kept: () => [],
    }),
    ...compared(constraints(old), constraints(now), {
      added: (constraint) => [`Add the unique constraint on ${constraint.name} to the table ${name}`],
      removed: (constraint) => [`Remove the unique constraint on ${constraint.name} from the table ${name}`],
      kept: () => [],
    }),
  );
  return steps;
}

function shownTable({ name, isPublic, columns }: TableDef): string {
  const shown = columns.map((column) => `${column.name}: ${typeName(column.type)}`).join(', ');
  return `${isPublic ? 'public' : 'private'} table ${name} (${shown})`;
}

function constraints(table: TableDef): { name: string }[] {
  return table.uniques.map((columns) => ({ name: columns.map((i) => table.columns[i]!.name).join(', ') }));
}

function signature({ params }: LoadedModule['reducers'][number]): string {
  return `(${params.elements.map(({ name, type }) => `${name}: ${typeName(type)}`).join(', ')})`;
}
