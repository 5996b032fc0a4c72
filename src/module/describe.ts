import {
  type ModuleDef,
  type ModuleProcedureDef,
  type ModuleReducerDef,
  type ModuleViewDef,
  RowTypes,
  resolveReducer,
  resolveTables,
  resolveView,
  type TableDef,
  type Tables,
  toCamelCase,
} from '../schema/index.ts';
import { refuseModule as refuse } from './errors.ts';
import { type Names, namesOf, type PlaceOf, schemaWarning, strangerWarnings, warningOf } from './names.ts';
import type { AnyRun, Registration } from './registration.ts';
import { checkSchedules, schedulesOf } from './schedules.ts';
import { Schema } from './schema.ts';

/** A reducer of a loaded module, ready to be called. */
export interface LoadedReducer extends ModuleReducerDef {
  readonly run: AnyRun;
}

/** A procedure of a loaded module, ready to be called. */
export interface LoadedProcedure extends ModuleProcedureDef {
  readonly run: AnyRun;
}

/** A view of a loaded module, ready to be computed. */
export interface LoadedView extends ModuleViewDef {
  readonly run: (ctx: never) => unknown;
}

/** A module as a host runs it: what it declares, and the functions. */
export interface LoadedModule extends ModuleDef {
  readonly reducers: readonly LoadedReducer[];
  readonly procedures: readonly LoadedProcedure[];
  readonly views: readonly LoadedView[];
  /** Things worth telling the author that do not stop the module. */
  readonly warnings: readonly string[];
}

/**
 * Puts a module together from its exports and the schemas its top level declared.
 * @param placeOf finds the author's line in a stack, for warnings
 * @throws SpacetickError E_MODULE, E_SCHEMA with what is wrong and what to do
 */
export function describeModule(
  exports: Readonly<Record<string, unknown>>,
  schemas: readonly Schema<Tables>[] = [],
  placeOf: PlaceOf = () => undefined,
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
  const rows = new RowTypes(declared.tables, tables);
  const views = viewsOf(declared, names, tables, rows);
  const reducers: LoadedReducer[] = [];
  const procedures: LoadedProcedure[] = [];
  const rowFilters: string[] = [];
  const warnings = [schemaWarning(exports, declared), ...strangerWarnings(exports, declared)].filter(
    (warning) => warning !== undefined,
  );
  for (const registration of declared.registrations) {
    const name = names.get(registration);
    if (registration.kind === 'row filter') rowFilters.push(registration.sql);
    if (name === undefined) warnings.push(warningOf(registration, placeOf));
    else if (registration.kind === 'reducer') {
      const { lifecycle, publicArgs, run } = registration;
      if (lifecycle && reducers.some((other) => other.lifecycle === lifecycle)) {
        refuse(`There are two ${lifecycle} reducers; a module has one of each lifecycle.`);
      }
      const def = resolveReducer(name, registration.params, undefined, declared.wireName);
      const params = rows.resolveParams(def.params);
      reducers.push({ ...def, params, lifecycle, scheduledBy: schedules.get(name), publicArgs, run });
    } else if (registration.kind === 'procedure') {
      const { params } = resolveReducer(name, registration.params, undefined, declared.wireName);
      procedures.push({
        name,
        accessor: toCamelCase(name),
        params: rows.resolveParams(params),
        returnType: rows.resolve(registration.returnType.algebraicType),
        scheduledBy: schedules.get(name),
        run: registration.run,
      });
    }
  }
  checkSchedules(schedules, tables, reducers, procedures);
  return { tables, reducers, procedures, views, rowFilters, casePolicy: declared.casePolicy, warnings };
}

function viewsOf(
  declared: Schema<Tables>,
  names: Names,
  tables: readonly TableDef[],
  rows: RowTypes,
): readonly LoadedView[] {
  const isView = (registration: Registration) => registration.kind === 'view';
  return declared.registrations.filter(isView).flatMap((registration) => {
    const name = names.get(registration);
    if (name === undefined) return [];
    if (tables.some((table) => table.name === name)) {
      refuse(`View ${name}: there is a table of that name; both are read under it. Rename one of them.`);
    }
    const { isAnonymous, returnType, run } = registration;
    const view = { name, isAnonymous, returnType: returnType.algebraicType };
    return [{ ...resolveView(view, rows, declared.wireName), run }];
  });
}
