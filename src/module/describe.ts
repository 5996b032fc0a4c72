import {
  type ModuleDef,
  type ModuleReducerDef,
  resolveReducer,
  resolveTables,
  type TableDef,
  type Tables,
} from '../schema/index.ts';
import { refuseModule as refuse } from './errors.ts';
import { type Registration, registrationOf } from './reducer-export.ts';
import { checkSchedules, schedulesOf } from './schedules.ts';
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

  const names = namesOf(exports, declared);
  const tables = resolveTables(declared.tables, declared.wireName);
  const schedules = schedulesOf(declared, tables, names);
  const warnings: string[] = [];
  const reducers: LoadedReducer[] = [];
  for (const registration of declared.registrations) {
    const name = names.get(registration);
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
      ...resolveReducer(name, registration.params, undefined, declared.wireName),
      lifecycle: registration.lifecycle,
      scheduledBy: schedules.get(name),
      publicArgs: registration.publicArgs,
      run: registration.run,
    });
  }
  checkSchedules(schedules, tables, reducers);
  return { tables, reducers, warnings };
}

const LIFECYCLE_NAMES = { init: 'init', onConnect: 'client_connected', onDisconnect: 'client_disconnected' } as const;

/** Names of reducers on the wire: given, or from the export. One that has neither is not in the map. */
function namesOf(exports: Readonly<Record<string, unknown>>, declared: Schema<Tables>): Map<Registration, string> {
  const names = new Map<Registration, string>();
  for (const [exported, value] of Object.entries(exports)) {
    const registration = registrationOf(value);
    if (registration === undefined) continue;
    if (!declared.registrations.includes(registration)) refuse(`${exported}: exporting something of another schema.`);
    if (exported !== 'default') names.set(registration, declared.wireName(exported));
  }
  for (const registration of declared.registrations) {
    const { name, lifecycle } = registration;
    if (name !== undefined) names.set(registration, name);
    else if (lifecycle !== undefined && !names.has(registration)) names.set(registration, LIFECYCLE_NAMES[lifecycle]);
  }
  return names;
}
