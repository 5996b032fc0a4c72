import type { ModuleDef } from '../module-def.ts';
import { toCamelCase } from '../names.ts';
import type { TableDef } from '../table-def.ts';
import { type JsonObject, listOf, objectOf, optionOf, textOf, variantOf } from './json.ts';
import { LIFECYCLES, procedureOf, reducerOf, typesOf, viewOf } from './read-functions.ts';
import { readTable, withDefault } from './read-table.ts';

/** @throws SpacetickError E_MODULE_DEF */
export function readV9(def: JsonObject): ModuleDef {
  const all = (list: string): JsonObject[] => listOf(def[list] ?? [], list).map((each) => objectOf(each, list));
  const types = typesOf(objectOf(def.typespace, 'a typespace'), all('types'), 'name');
  const misc = all('misc_exports').map((each) => variantOf(each, 'an export'));
  const only = (kind: string) => misc.filter(([tag]) => tag === kind).map(([, inner]) => objectOf(inner, kind));
  const named = (json: JsonObject) => {
    const name = textOf(json.name, 'a name');
    return { name, accessor: toCamelCase(name) };
  };
  const schedules = new Map(
    all('tables').flatMap((table): [string, string][] => {
      const schedule = optionOf(table.schedule, 'a schedule');
      if (schedule === undefined) return [];
      return [[textOf(objectOf(schedule, 'a schedule').reducer_name, 'a reducer'), textOf(table.name, 'a name')]];
    }),
  );
  return {
    tables: all('tables').map((table) =>
      only('ColumnDefaultValue')
        .filter((each) => each.table === table.name)
        .reduce<TableDef>(withDefault, readTable(table, types, { ...named(table), key: 'name' })),
    ),
    reducers: all('reducers').map((each) => {
      const names = named(each);
      const lifecycle = optionOf(each.lifecycle, 'a lifecycle');
      const spec = lifecycle === undefined ? undefined : LIFECYCLES[variantOf(lifecycle, 'a lifecycle')[0]];
      return reducerOf(names, each, types, spec, schedules.get(names.name));
    }),
    procedures: only('Procedure').map((each) => {
      const names = named(each);
      return procedureOf(names, each, types, schedules.get(names.name));
    }),
    views: only('View').map((each) => viewOf(named(each), each, types, undefined)),
    rowFilters: all('row_level_security').map(({ sql }) => textOf(sql, 'a row filter')),
    casePolicy: 'SnakeCase',
  };
}
