import type { ModuleDef } from '../module-def.ts';
import type { TableDef } from '../table-def.ts';
import { accessOf, defaultsOf, tableParts } from './tables.ts';
import { NONE, type RawJson, some, Typespace, UNIT_JSON } from './typespace.ts';

export const LIFECYCLE_NAMES = { init: 'Init', onConnect: 'OnConnect', onDisconnect: 'OnDisconnect' } as const;

/** RawModuleDef of version 9 as SATS-JSON text. */
export function rawModuleDefV9(def: ModuleDef): string {
  const space = new Typespace(def);
  return JSON.stringify({
    typespace: { types: space.types() },
    tables: def.tables.map((table) => ({
      name: table.name,
      ...tableParts(table, space, 'name'),
      schedule: scheduleOf(def, table),
      table_type: { User: UNIT_JSON },
      table_access: accessOf(table),
    })),
    reducers: def.reducers.map((reducer) => ({
      name: reducer.name,
      params: space.product(reducer.params),
      lifecycle: reducer.lifecycle === undefined ? NONE : some({ [LIFECYCLE_NAMES[reducer.lifecycle]]: UNIT_JSON }),
    })),
    types: space.named.map((type) => ({
      name: { scope: [], name: type.name! },
      ty: space.numberOf(type),
      custom_ordering: true,
    })),
    misc_exports: [
      ...def.tables.flatMap((table) =>
        defaultsOf(table).map((value) => ({ ColumnDefaultValue: { table: table.name, ...value } })),
      ),
      ...def.procedures.map(({ name, params, returnType }) => ({
        Procedure: { name, params: space.product(params), return_type: space.use(returnType) },
      })),
      ...def.views.map(({ name, isAnonymous, returnType }, index) => ({
        View: {
          ...{ name, index, is_public: true, is_anonymous: isAnonymous },
          params: { elements: [] },
          return_type: space.use(returnType),
        },
      })),
    ],
    row_level_security: def.rowFilters.map((sql) => ({ sql })),
  });
}

function scheduleOf(def: ModuleDef, table: TableDef): RawJson {
  const scheduled = [...def.reducers, ...def.procedures].find(({ scheduledBy }) => scheduledBy === table.name);
  if (scheduled === undefined) return NONE;
  return some({ name: NONE, reducer_name: scheduled.name, scheduled_at_column: table.scheduleAt! });
}
