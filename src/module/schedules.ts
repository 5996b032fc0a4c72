import { type ModuleReducerDef, type TableDef, type Tables, toSnakeCase } from '../schema/index.ts';
import { typeName } from '../values/index.ts';
import { refuseModule as refuse } from './errors.ts';
import { type Registration, registrationOf } from './reducer-export.ts';
import type { Schema } from './schema.ts';

/** Reducer name -> table that schedules it, from both ways of saying so. @throws SpacetickError E_MODULE */
export function schedulesOf(
  declared: Schema<Tables>,
  tables: readonly TableDef[],
  names: ReadonlyMap<Registration, string>,
): Map<string, string> {
  const byTable = new Map<string, string>();
  const add = (table: string, reducer: string | undefined) => {
    if (reducer === undefined) {
      return refuse(`Table ${table} defines a schedule, but it seems like the associated function was not exported.`);
    }
    const other = byTable.get(table) ?? reducer;
    if (other !== reducer) refuse(`Table ${table} defines multiple schedules: ${other} and ${reducer}.`);
    byTable.set(table, reducer);
  };
  const entries = Object.entries(declared.tables);
  for (const [index, def] of tables.entries()) {
    if (typeof def.scheduled === 'string') add(def.name, reducerCalled(def.scheduled, names));
    else if (def.scheduled !== undefined) {
      const target = registrationOf(def.scheduled());
      add(def.name, target && names.get(target));
    }
    for (const registration of declared.registrations) {
      if (registration.onSchedule === entries[index]![1]) add(def.name, names.get(registration));
    }
  }
  for (const registration of declared.registrations) {
    if (registration.onSchedule && !entries.some(([, table]) => table === registration.onSchedule)) {
      refuse('Schedule target table is not part of this schema.');
    }
  }
  const byReducer = new Map<string, string>();
  for (const [table, reducer] of byTable) {
    const other = byReducer.get(reducer);
    if (other !== undefined)
      refuse(`Reducer ${reducer} is scheduled by ${other} and by ${table}; one table can do so.`);
    byReducer.set(reducer, table);
  }
  return byReducer;
}

/** A reducer as `scheduled: 'name'` means it: by its exact name, else in snake case. */
function reducerCalled(name: string, names: ReadonlyMap<Registration, string>): string {
  return [...names.values()].includes(name) ? name : toSnakeCase(name);
}

/** @throws SpacetickError E_MODULE when a scheduled table or its reducer is not made for it */
export function checkSchedules(
  schedules: ReadonlyMap<string, string>,
  tables: readonly TableDef[],
  reducers: readonly ModuleReducerDef[],
): void {
  for (const [name, tableName] of schedules) {
    const table = tables.find((candidate) => candidate.name === tableName)!;
    if (table.scheduleAt === undefined) {
      refuse(`Table ${tableName} defines a schedule, but it does not have a ScheduleAt column.`);
    }
    if (table.primaryKey === undefined) refuse(`Table ${tableName} defines a schedule, but it has no primary key.`);
    const reducer = reducers.find((candidate) => candidate.name === name);
    if (reducer === undefined) refuse(`Table ${tableName} is scheduled by ${name}, but there is no such reducer.`);
    if (!takesRowOf(table, reducer)) {
      refuse(`${name} is scheduled: its one parameter must be the row of ${tableName}, { timer: Timer.rowType }.`);
    }
  }
}

/** A scheduled reducer takes nothing, or a row of its table. */
function takesRowOf(table: TableDef, reducer: ModuleReducerDef): boolean {
  const [param, ...rest] = reducer.params.elements;
  if (param === undefined) return true;
  if (rest.length > 0 || param.type.tag !== 'Product') return false;
  const { elements } = param.type;
  return (
    elements.length === table.columns.length &&
    table.columns.every(
      ({ key, type }, i) => elements[i]!.key === key && typeName(elements[i]!.type) === typeName(type),
    )
  );
}
