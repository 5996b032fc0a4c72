import type { IndexDef } from '../schema/index.ts';
import type { Imports } from './imports.ts';
import type { BindingTable } from './model.ts';
import { literal, propertyKey } from './names.ts';

/** Tables whose name on the wire is another accessor of theirs: `comet_trail` beside `cometTrail`. */
export function wireAliases(tables: readonly BindingTable[]): BindingTable[] {
  const taken = new Set(tables.map(({ accessor }) => accessor));
  return tables.filter(({ def }) => !taken.has(def.name));
}

/** `tables`, with the names that older bindings had; `conn.db` answers to them by itself. */
export function tablesBlocks(tables: readonly BindingTable[], imports: Imports): string[] {
  const aliases = wireAliases(tables);
  const type = `${imports.type('QueryBuilder')}<typeof tablesSchema.schemaType>`;
  const made = `${imports.value('makeQueryBuilder')}(tablesSchema.schemaType)`;
  const doc = '/** Queries: `tables.<table>.where((row) => ...)`. */';
  if (aliases.length === 0) return [`${doc}\nexport const tables: ${type} = ${made};`];
  const of = (accessor: string) => (propertyKey(accessor) === accessor ? `.${accessor}` : `[${literal(accessor)}]`);
  const typeLines = aliases.flatMap(({ def, accessor }) => [
    `  /** @deprecated It is called ${accessor.replaceAll('*/', '')}. */`,
    `  readonly ${propertyKey(def.name)}: Queries[${literal(accessor)}];`,
  ]);
  const valueLines = aliases.map(({ def, accessor }) => `  ${propertyKey(def.name)}: queries${of(accessor)},`);
  return [
    `type Queries = ${type};\nconst queries: Queries = ${made};`,
    ['export type Tables = Queries & {', ...typeLines, '};'].join('\n'),
    [doc, 'export const tables: Tables = Object.freeze({', '  ...queries,', ...valueLines, '});'].join('\n'),
  ];
}

/**
 * A table as `index.ts` declares it.
 * @param isOfficial whether it is for SpacetimeDB's own package, which has no codecs, nor constraints of several columns
 */
export function tableEntry(table: BindingTable, imports: Imports, isOfficial: boolean): string {
  const { def, accessor, row, rowName, codecName } = table;
  const columns = (positions: readonly number[]) => {
    return `[${positions.map((position) => literal(row.elements[position]!.key)).join(', ')}]`;
  };
  // A primary key needs none; what others are made of comes by name, so that a lean page without them has none.
  const classOf = ({ unique, columns }: IndexDef) => {
    if (unique && columns.length === 1)
      return columns[0] === def.primaryKey ? '' : `, index: ${imports.value('UniqueIndex')}`;
    return `, index: ${imports.value('RangedIndex')}`;
  };
  const indexes = def.indexes
    .filter((index) => index.accessor !== '') // an index that only guards a constraint
    .map((index) => {
      return (
        `{ accessor: ${literal(index.accessor)}, name: ${literal(index.name)}, ` +
        // Whatever the host's: SpacetimeDB's generator and client know no other (api.md 4.2), and a client's cache keeps its own.
        `algorithm: 'btree', columns: ${columns(index.columns)}${isOfficial ? '' : classOf(index)} }`
      );
    });
  const uniques = isOfficial ? def.uniques.filter(({ length }) => length === 1) : def.uniques;
  const constraints = uniques.map((unique) => {
    const name = `${def.name}_${unique.map((position) => def.columns[position]!.name).join('_')}_key`;
    return `{ name: ${literal(name)}, constraint: 'unique', columns: ${columns(unique)} }`;
  });
  const list = (items: readonly string[]) =>
    `[${items.map((item) => `\n      ${item},`).join('')}${items.length ? '\n    ' : ''}]`;
  const options = [
    `name: ${literal(def.name)}`,
    `indexes: ${list(indexes)}`,
    `constraints: ${list(constraints)}`,
    ...(def.isEvent ? ['event: true'] : []),
    ...(isOfficial ? [] : [`codec: ${codecName}`]),
  ];
  return `${propertyKey(accessor)}: ${imports.value('table')}({\n${options.map((option) => `    ${option},\n`).join('')}  }, ${rowName})`;
}
