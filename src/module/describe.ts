import {
  type ModuleDef,
  type ModuleReducerDef,
  resolveReducer,
  resolveTables,
  type TableDef,
  type Tables,
  toSnakeCase,
} from '../schema/index.ts';
import { SpacetickError } from '../values/index.ts';
import { type Registration, registrationOf } from './reducer-export.ts';
import { Schema } from './schema.ts';

/** A reducer of a loaded module, ready to be called. */
export interface LoadedReducer extends ModuleReducerDef {
  readonly run: (ctx: never, args: never) => unknown;
}

/** A module as a host runs it: what it declares, and the functions. */
export interface LoadedModule extends ModuleDef {
  readonly tables: readonly TableDef[];
  readonly reducers: readonly LoadedReducer[];
  /** Things worth telling the author that do not stop the module. */
  readonly warnings: readonly string[];
}

function refuse(reason: string): never {
  throw new SpacetickError('E_MODULE', reason);
}

/**
 * Puts a module together from its exports and the schemas its top level declared.
 * @throws SpacetickError E_MODULE, E_SCHEMA with what is wrong and what to do
 */
export function describeModule(
  exports: Readonly<Record<string, unknown>>,
  schemas: readonly Schema<Tables>[] = [],
): LoadedModule {
  const exported = exports.default instanceof Schema ? (exports.default as Schema<Tables>) : undefined;
  const declared = exported ?? schemas[0];
  if (declared === undefined) {
    refuse(
      'It seems like you have not exported your schema. Declare one with schema({ ... }) and write ' +
        '`export default` before its name.',
    );
  }
  if (schemas.length > 1) refuse('multiple schemas are not supported: call schema(...) once, with all tables.');

  const exportNames = exportNamesOf(exports, declared);
  const tables = resolveTables(declared.tables);
  const schedules = schedulesOf(declared, tables, exportNames);
  const warnings: string[] = [];
  const reducers: LoadedReducer[] = [];
  for (const registration of declared.registrations) {
    const name = nameOf(registration, exportNames);
    if (name === undefined) {
      warnings.push(
        `A reducer with parameters (${Object.keys(registration.params).join(', ')}) is not exported, so nobody can call ` +
          'it: write `export const name = schema.reducer(...)`.',
      );
      continue;
    }
    if (reducers.some((other) => other.name === name)) {
      refuse(`There is already a reducer, procedure, or view with the name '${name}'`);
    }
    if (registration.lifecycle && reducers.some((other) => other.lifecycle === registration.lifecycle)) {
      refuse(`There are two ${registration.lifecycle} reducers; a module has one of each lifecycle.`);
    }
    reducers.push({
      ...resolveReducer(name, registration.params),
      lifecycle: registration.lifecycle,
      scheduledBy: schedules.get(name),
      publicArgs: registration.publicArgs,
      run: registration.run,
    });
  }
  checkSchedules(schedules, tables, reducers);
  return { tables, reducers, warnings };
}

/** Names under which reducers are exported. */
function exportNamesOf(
  exports: Readonly<Record<string, unknown>>,
  declared: Schema<Tables>,
): Map<Registration, string> {
  const names = new Map<Registration, string>();
  for (const [name, value] of Object.entries(exports)) {
    const registration = registrationOf(value);
    if (registration === undefined) continue;
    if (!declared.registrations.includes(registration)) refuse(`${name}: exporting something of another schema.`);
    names.set(registration, name);
  }
  return names;
}

const LIFECYCLE_NAMES = { init: 'init', onConnect: 'client_connected', onDisconnect: 'client_disconnected' } as const;

function nameOf(registration: Registration, exportNames: ReadonlyMap<Registration, string>): string | undefined {
  if (registration.name !== undefined) return registration.name;
  const exported = exportNames.get(registration);
  if (exported !== undefined && exported !== 'default') return toSnakeCase(exported);
  return registration.lifecycle === undefined ? undefined : LIFECYCLE_NAMES[registration.lifecycle];
}

/** Reducer name -> table that schedules it, from both ways of saying so. */
function schedulesOf(
  declared: Schema<Tables>,
  tables: readonly TableDef[],
  exportNames: ReadonlyMap<Registration, string>,
): Map<string, string> {
  const schedules = new Map<string, string>();
  const add = (table: string, reducer: string) => {
    const other = [...schedules].find(([, scheduled]) => scheduled === table);
    if (other !== undefined) refuse(`Table ${table} defines multiple schedules: ${other[0]} and ${reducer}.`);
    schedules.set(reducer, table);
  };
  const entries = Object.entries(declared.tables);
  for (const [index, def] of tables.entries()) {
    if (typeof def.scheduled === 'string') add(def.name, toSnakeCase(def.scheduled));
    else if (def.scheduled !== undefined) {
      const target = registrationOf(def.scheduled());
      const name = target && nameOf(target, exportNames);
      if (name === undefined) {
        refuse(`Table ${def.name} defines a schedule, but it seems like the associated function was not exported.`);
      }
      add(def.name, name);
    }
    for (const registration of declared.registrations) {
      if (registration.onSchedule !== entries[index]![1]) continue;
      const name = nameOf(registration, exportNames);
      if (name === undefined) {
        refuse(`Table ${def.name} defines a schedule, but it seems like the associated function was not exported.`);
      }
      add(def.name, name);
    }
  }
  for (const registration of declared.registrations) {
    if (registration.onSchedule && !entries.some(([, table]) => table === registration.onSchedule)) {
      refuse('Schedule target table is not part of this schema.');
    }
  }
  return schedules;
}

function checkSchedules(
  schedules: ReadonlyMap<string, string>,
  tables: readonly TableDef[],
  reducers: readonly LoadedReducer[],
): void {
  for (const [name, tableName] of schedules) {
    const table = tables.find((candidate) => candidate.name === tableName)!;
    if (table.scheduleAt === undefined) {
      refuse(`Table ${tableName} defines a schedule, but it does not have a ScheduleAt column.`);
    }
    if (table.primaryKey === undefined) refuse(`Table ${tableName} defines a schedule, but it has no primary key.`);
    const reducer = reducers.find((candidate) => candidate.name === name);
    if (reducer === undefined) refuse(`Table ${tableName} is scheduled by ${name}, but there is no such reducer.`);
    if (reducer.params.elements.length > 1) {
      refuse(`${name} is scheduled: it takes one parameter, the row of ${tableName}.`);
    }
  }
}
