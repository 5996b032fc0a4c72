import type { ModuleDef } from '../module-def.ts';
import { type CasePolicy, toCamelCase, wireNameOf } from '../names.ts';
import type { TableDef } from '../table-def.ts';
import { type JsonObject, listOf, objectOf, textOf, variantOf } from './json.ts';
import { LIFECYCLES, procedureOf, reducerOf, typesOf, viewOf } from './read-functions.ts';
import { readTable, withDefault } from './read-table.ts';

/** @throws SpacetickError E_MODULE_DEF */
export function readV10(def: JsonObject): ModuleDef {
  const sections = new Map(listOf(def.sections, 'sections').map((section) => variantOf(section, 'a section')));
  const all = (section: string): JsonObject[] =>
    listOf(sections.get(section) ?? [], section).map((each) => objectOf(each, section));
  const types = typesOf(
    objectOf(sections.get('Typespace') ?? { types: [] }, 'a typespace'),
    all('Types'),
    'source_name',
  );
  const policy = sections.get('CaseConversionPolicy');
  const casePolicy = (policy === undefined ? 'SnakeCase' : variantOf(policy, 'a policy')[0]) as CasePolicy;
  const wireName = wireNameOf(casePolicy);
  const explicit = explicitNames(sections.get('ExplicitNames'));
  const nameOf = (source: unknown, kind: 'Table' | 'Function'): string => {
    const name = textOf(source, 'a name');
    return explicit.get(`${kind} ${name}`) ?? wireName(name);
  };
  const named = (json: JsonObject, kind: 'Table' | 'Function') => ({
    name: nameOf(json.source_name, kind),
    accessor: toCamelCase(textOf(json.source_name, 'a name')),
  });
  const lifecycles = new Map(
    all('LifeCycleReducers').map((each) => [
      nameOf(each.function_name, 'Function'),
      LIFECYCLES[variantOf(each.lifecycle_spec, 'a lifecycle')[0]],
    ]),
  );
  const schedules = new Map(
    all('Schedules').map((each) => [nameOf(each.function_name, 'Function'), nameOf(each.table_name, 'Table')]),
  );
  const keys = new Map(
    all('ViewPrimaryKeys').map((each) => [
      nameOf(each.view_source_name, 'Function'),
      textOf(listOf(each.columns, 'columns')[0], 'a column'),
    ]),
  );
  return {
    tables: all('Tables').map((table) =>
      listOf(table.default_values ?? [], 'defaults')
        .map((each) => objectOf(each, 'a default'))
        .reduce<TableDef>(withDefault, readTable(table, types, { ...named(table, 'Table'), key: 'source_name' })),
    ),
    reducers: all('Reducers').map((each) => {
      const names = named(each, 'Function');
      return reducerOf(names, each, types, lifecycles.get(names.name), schedules.get(names.name));
    }),
    procedures: all('Procedures').map((each) => {
      const names = named(each, 'Function');
      return procedureOf(names, each, types, schedules.get(names.name));
    }),
    views: all('Views').map((each) => {
      const names = named(each, 'Function');
      return viewOf(names, each, types, keys.get(names.name));
    }),
    rowFilters: all('RowLevelSecurity').map(({ sql }) => textOf(sql, 'a row filter')),
    casePolicy,
  };
}

/** Kind and source name -> name on the wire. */
function explicitNames(section: unknown): Map<string, string> {
  const names = new Map<string, string>();
  if (section === undefined) return names;
  for (const entry of listOf(objectOf(section, 'explicit names').entries, 'explicit names')) {
    const [kind, inner] = variantOf(entry, 'an explicit name');
    const { source_name, canonical_name } = objectOf(inner, 'an explicit name');
    names.set(`${kind} ${textOf(source_name, 'a name')}`, textOf(canonical_name, 'a name'));
  }
  return names;
}
