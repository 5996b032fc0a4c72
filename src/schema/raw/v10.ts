import { isCallable, type ModuleDef, type ModuleProcedureDef, type ModuleReducerDef } from '../module-def.ts';
import { wireNameOf } from '../names.ts';
import { accessOf, defaultsOf, tableParts } from './tables.ts';
import { NONE, type RawJson, Typespace, UNIT_JSON } from './typespace.ts';
import { LIFECYCLE_NAMES } from './v9.ts';

/**
 * RawModuleDef of version 10 as SATS-JSON text. Sections that would say nothing are left out, but for the six that every
 * module has.
 */
export function rawModuleDefV10(def: ModuleDef): string {
  const space = new Typespace(def);
  const sourceOf = sourceNames(def);
  const sections: { [key: string]: RawJson }[] = [
    { Typespace: { types: space.types() } },
    {
      Types: space.named.map((type) => ({
        source_name: { scope: [], source_name: type.name! },
        ty: space.numberOf(type),
        custom_ordering: true,
      })),
    },
    {
      Tables: def.tables.map((table) => ({
        source_name: sourceOf(table),
        ...tableParts(table, space, 'source_name'),
        table_type: { User: UNIT_JSON },
        table_access: accessOf(table),
        default_values: defaultsOf(table),
        is_event: table.isEvent,
      })),
    },
    { Reducers: def.reducers.map((reducer) => reducerOf(reducer, sourceOf(reducer), space)) },
    ...ifAny('Procedures', def.procedures, (procedure) => ({
      source_name: sourceOf(procedure),
      params: space.product(procedure.params),
      return_type: space.use(procedure.returnType),
      visibility: visibilityOf(procedure),
    })),
    ...ifAny('Views', def.views, (view, index) => ({
      ...{ source_name: sourceOf(view), index, is_public: true, is_anonymous: view.isAnonymous },
      params: { elements: [] },
      return_type: space.use(view.returnType),
    })),
    {
      Schedules: [...def.reducers, ...def.procedures].flatMap((scheduled) => {
        const table = def.tables.find(({ name }) => name === scheduled.scheduledBy);
        if (table === undefined) return [];
        const [table_name, function_name] = [sourceOf(table), sourceOf(scheduled)];
        return [{ source_name: NONE, table_name, schedule_at_col: table.scheduleAt!, function_name }];
      }),
    },
    {
      LifeCycleReducers: def.reducers.flatMap((reducer) =>
        reducer.lifecycle === undefined
          ? []
          : [{ lifecycle_spec: { [LIFECYCLE_NAMES[reducer.lifecycle]]: UNIT_JSON }, function_name: sourceOf(reducer) }],
      ),
    },
    ...ifAny('RowLevelSecurity', def.rowFilters, (sql) => ({ sql })),
    ...(def.casePolicy === 'None' ? [{ CaseConversionPolicy: { None: UNIT_JSON } }] : []),
    ...explicitNames(def, sourceOf),
    ...ifAny(
      'ViewPrimaryKeys',
      def.views.filter(({ table }) => table.primaryKey !== undefined),
      (view) => ({ view_source_name: sourceOf(view), columns: [view.table.columns[view.table.primaryKey!]!.name] }),
    ),
  ];
  return JSON.stringify({ sections });
}

interface Named {
  readonly name: string;
  readonly accessor: string;
}

/** Names in the module: as written when names stay as written, else the accessors, from which the policy makes names. */
function sourceNames({ casePolicy }: ModuleDef): (named: Named) => string {
  const wireName = wireNameOf(casePolicy);
  // A name that the policy leaves alone is its own source, as in modules of the 1.x dialect.
  return ({ name, accessor }) => (wireName(name) === name && toWire(accessor) === toWire(name) ? name : accessor);
}

const toWire = wireNameOf('SnakeCase');

function explicitNames(def: ModuleDef, sourceOf: (named: Named) => string): { [key: string]: RawJson }[] {
  const wireName = wireNameOf(def.casePolicy);
  const entries = (kind: 'Table' | 'Function', all: readonly Named[]): RawJson[] =>
    all.flatMap((named) => {
      const [source_name, canonical_name] = [sourceOf(named), named.name];
      return wireName(source_name) === canonical_name ? [] : [{ [kind]: { source_name, canonical_name } }];
    });
  const all = [
    ...entries('Table', def.tables),
    ...entries('Function', [...def.reducers, ...def.procedures, ...def.views]),
  ];
  return all.length === 0 ? [] : [{ ExplicitNames: { entries: all } }];
}

function ifAny<T>(
  section: string,
  all: readonly T[],
  entry: (each: T, at: number) => RawJson,
): { [key: string]: RawJson }[] {
  return all.length === 0 ? [] : [{ [section]: all.map(entry) }];
}

function visibilityOf(declared: ModuleReducerDef | ModuleProcedureDef): RawJson {
  return isCallable(declared) ? { ClientCallable: UNIT_JSON } : { Private: UNIT_JSON };
}

function reducerOf(reducer: ModuleReducerDef, source_name: string, space: Typespace): RawJson {
  return {
    source_name,
    params: space.product(reducer.params),
    visibility: visibilityOf(reducer),
    ok_return_type: { Product: { elements: [] } },
    err_return_type: { String: UNIT_JSON },
  };
}
