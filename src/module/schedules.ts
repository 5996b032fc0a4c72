import {
  type ModuleProcedureDef,
  type ModuleReducerDef,
  type TableDef,
  type Tables,
  toSnakeCase,
} from '../schema/index.ts';
import { isUnit, type ProductType, typeName } from '../values/index.ts';
import { refuseModule as refuse } from './errors.ts';
import type { Names } from './names.ts';
import { type Registration, registrationOf } from './registration.ts';
import type { Schema } from './schema.ts';

/** Name of a reducer or procedure -> table that schedules it, however that is said. @throws SpacetickError E_MODULE */
export function schedulesOf(declared: Schema<Tables>, tables: readonly TableDef[], names: Names): Map<string, string> {
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
      if (tableOf(registration) === entries[index]![1]) add(def.name, names.get(registration));
    }
  }
  for (const registration of declared.registrations) {
    const target = tableOf(registration);
    if (target && !entries.some(([, table]) => table === target)) {
      refuse('Schedule target table is not part of this schema.');
    }
  }
  const byReducer = new Map<string, string>();
  for (const [table, reducer] of byTable) {
    const other = byReducer.get(reducer);
    if (other !== undefined) refuse(`${reducer} is scheduled by ${other} and by ${table}; one table can do so.`);
    byReducer.set(reducer, table);
  }
  return byReducer;
}

/** Table that a registration names with `onSchedule`. */
function tableOf(registration: Registration): unknown {
  return 'onSchedule' in registration ? registration.onSchedule : undefined;
}

/** A reducer as `scheduled: 'name'` means it: by its exact name, else in snake case. */
function reducerCalled(name: string, names: Names): string {
  return [...names.values()].includes(name) ? name : toSnakeCase(name);
}

/** @throws SpacetickError E_MODULE when a scheduled table or its reducer is not made for it */
export function checkSchedules(
  schedules: ReadonlyMap<string, string>,
  tables: readonly TableDef[],
  reducers: readonly ModuleReducerDef[],
  procedures: readonly ModuleProcedureDef[],
): void {
  for (const [name, tableName] of schedules) {
    const table = tables.find((candidate) => candidate.name === tableName)!;
    if (table.scheduleAt === undefined) {
      refuse(`Table ${tableName} defines a schedule, but it does not have a ScheduleAt column.`);
    }
    if (table.primaryKey === undefined) refuse(`Table ${tableName} defines a schedule, but it has no primary key.`);
    const procedure = procedures.find((candidate) => candidate.name === name);
    const scheduled = reducers.find((candidate) => candidate.name === name) ?? procedure;
    if (scheduled === undefined) refuse(`Table ${tableName} is scheduled by ${name}, but there is no such reducer.`);
    if (!takesRowOf(table, scheduled.params)) {
      refuse(`${name} is scheduled: its one parameter must be the row of ${tableName}, { timer: Timer.rowType }.`);
    }
    if (procedure !== undefined && !isUnit(procedure.returnType)) {
      refuse(`${name} is a scheduled procedure, whose answer nobody reads: it must return t.unit().`);
    }
  }
}

/** A scheduled function takes a row of its table, and nothing else (`api.md` 3.5). */
function takesRowOf(table: TableDef, params: ProductType): boolean {
  const [param, ...rest] = params.elements;
  if (param === undefined || rest.length > 0 || param.type.tag !== 'Product') return false;
  const { elements } = param.type;
  return (
    elements.length === table.columns.length &&
    table.columns.every(
      ({ key, type }, i) => elements[i]!.key === key && typeName(elements[i]!.type) === typeName(type),
    )
  );
}
