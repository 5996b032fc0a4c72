import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingModel, BindingTable } from './model.ts';
import { literal, propertyKey } from './names.ts';

/** `index.ts`: the schema, and the connection classes typed by it (`api.md` 4.2). */
export function indexFile(model: BindingModel, importPath: string, cliVersion: string): GeneratedFile {
  const imports = new Imports();
  const { tables, reducers } = model;
  const codecNames = [...tables, ...reducers].map(({ codecName }) => codecName);
  const locals = [
    ...(codecNames.length > 0 ? [`import { ${codecNames.join(', ')} } from './codecs';`] : []),
    ...reducers.map(({ importName, stem }) => `import ${importName} from ${literal(`./${stem}`)};`),
    ...tables.map(({ rowName, stem }) => `import ${rowName} from ${literal(`./${stem}`)};`),
  ];

  const v = (name: string) => imports.value(name);
  const tableEntries = tables.map((table) => `  ${tableEntry(table, v('table'))},\n`);
  const reducerEntries = reducers.map(({ def, importName, codecName }) => {
    return `  ${v('reducerSchema')}(${literal(def.name)}, ${importName}, ${codecName}),\n`;
  });
  const list = (entries: readonly string[]) => (entries.length === 0 ? '' : `\n${entries.join('')}`);
  const remote = imports.type('RemoteModule');
  const alias = (name: string, of: string) => `export type ${name} = ${imports.type(of)}<typeof REMOTE_MODULE>;`;

  const blocks = [
    `const tablesSchema = ${v('schema')}({${list(tableEntries)}});`,
    `const reducersSchema = ${v('reducers')}(${list(reducerEntries)});`,
    `const proceduresSchema = ${v('procedures')}();`,
    [
      'const REMOTE_MODULE = {',
      `  versionInfo: { cliVersion: ${literal(cliVersion)} as const },`,
      '  tables: tablesSchema.schemaType.tables,',
      '  reducers: reducersSchema.reducersType.reducers,',
      '  ...proceduresSchema,',
      `} satisfies ${remote}<`,
      '  typeof tablesSchema.schemaType,',
      '  typeof reducersSchema.reducersType,',
      '  typeof proceduresSchema',
      '>;',
    ].join('\n'),
    ...tablesBlocks(tables, imports),
    [
      `export const reducers = ${v('convertToAccessorMap')}(reducersSchema.reducersType.reducers);`,
      `export const procedures = ${v('convertToAccessorMap')}(proceduresSchema.procedures);`,
    ].join('\n'),
    [
      alias('EventContext', 'EventContextInterface'),
      alias('ReducerEventContext', 'ReducerEventContextInterface'),
      alias('SubscriptionEventContext', 'SubscriptionEventContextInterface'),
      alias('ErrorContext', 'ErrorContextInterface'),
      alias('SubscriptionHandle', 'SubscriptionHandleImpl'),
      ...(wireAliases(tables).length > 0 ? ["export type DbView = DbConnection['db'];"] : []),
    ].join('\n'),
    `export class SubscriptionBuilder extends ${v('SubscriptionBuilderImpl')}<typeof REMOTE_MODULE> {}`,
    `export class DbConnectionBuilder extends ${v('DbConnectionBuilder')}<DbConnection> {}`,
    [
      `export class DbConnection extends ${v('DbConnectionImpl')}<typeof REMOTE_MODULE> {`,
      '  /** Starts a connection; `new DbConnection.builder()` does the same. */',
      '  static builder = function (): DbConnectionBuilder {',
      '    return new DbConnectionBuilder(',
      '      REMOTE_MODULE,',
      `      (config: ${imports.type('DbConnectionConfig')}<typeof REMOTE_MODULE>) => new DbConnection(config),`,
      '    );',
      '  } as { (): DbConnectionBuilder; new (): DbConnectionBuilder };',
      '',
      '  override subscriptionBuilder = (): SubscriptionBuilder => new SubscriptionBuilder(this);',
      '}',
    ].join('\n'),
  ];
  return generatedFile('index.ts', importPath, imports, locals, blocks);
}

/** Tables whose name on the wire is another accessor of theirs: `comet_trail` beside `cometTrail`. */
function wireAliases(tables: readonly BindingTable[]): BindingTable[] {
  const taken = new Set(tables.map(({ accessor }) => accessor));
  return tables.filter(({ def }) => !taken.has(def.name));
}

/** `tables`, with the names that older bindings had; `conn.db` answers to them by itself. */
function tablesBlocks(tables: readonly BindingTable[], imports: Imports): string[] {
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

function tableEntry(table: BindingTable, call: string): string {
  const { def, accessor, row, rowName, codecName } = table;
  const columns = (positions: readonly number[]) => {
    return `[${positions.map((position) => literal(row.elements[position]!.key)).join(', ')}]`;
  };
  const indexes = def.indexes
    .filter((index) => index.accessor !== '') // an index that only guards a constraint
    .map((index) => {
      return (
        `{ accessor: ${literal(index.accessor)}, name: ${literal(index.name)}, ` +
        `algorithm: ${literal(index.algorithm)}, columns: ${columns(index.columns)} }`
      );
    });
  const constraints = def.uniques.map((unique) => {
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
    `codec: ${codecName}`,
  ];
  return `${propertyKey(accessor)}: ${call}({\n${options.map((option) => `    ${option},\n`).join('')}  }, ${rowName})`;
}
