import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingModel } from './model.ts';
import { literal } from './names.ts';
import { tableEntry, tablesBlocks, wireAliases } from './tables-text.ts';

/** `index.ts`: the schema, and the connection classes typed by it (`api.md` 4.2). */
export function indexFile(model: BindingModel, importPath: string, cliVersion: string): GeneratedFile {
  const imports = new Imports();
  const { tables, reducers, procedures, isOfficial } = model;
  const codecNames = isOfficial
    ? []
    : [
        ...[...tables, ...reducers].map(({ codecName }) => codecName),
        ...procedures.flatMap(({ argsCodecName, resultCodecName }) => [argsCodecName, resultCodecName]),
      ];
  const locals = [
    ...(codecNames.length > 0 ? [`import { ${codecNames.join(', ')} } from './codecs';`] : []),
    ...reducers.map(({ importName, stem }) => `import ${importName} from ${literal(`./${stem}`)};`),
    ...procedures.map(({ importName, stem }) => `import * as ${importName} from ${literal(`./${stem}`)};`),
    ...tables.map(({ rowName, stem }) => `import ${rowName} from ${literal(`./${stem}`)};`),
  ];

  const v = (name: string) => imports.value(name);
  const tableEntries = tables.map((table) => `  ${tableEntry(table, imports, isOfficial)},\n`);
  const reducerEntries = reducers.map(({ def, importName, codecName }) => {
    return `  ${v('reducerSchema')}(${literal(def.name)}, ${importName}${isOfficial ? '' : `, ${codecName}`}),\n`;
  });
  const procedureEntries = procedures.map(({ def, importName, argsCodecName, resultCodecName }) => {
    const codecs = isOfficial ? '' : `, ${argsCodecName}, ${resultCodecName}`;
    return `  ${v('procedureSchema')}(${literal(def.name)}, ${importName}.params, ${importName}.returnType${codecs}),\n`;
  });
  const list = (entries: readonly string[]) => (entries.length === 0 ? '' : `\n${entries.join('')}`);
  const remote = imports.type('RemoteModule');
  const alias = (name: string, of: string) => `export type ${name} = ${imports.type(of)}<typeof REMOTE_MODULE>;`;

  const blocks = [
    `const tablesSchema = ${v('schema')}({${list(tableEntries)}});`,
    `const reducersSchema = ${v('reducers')}(${list(reducerEntries)});`,
    `const proceduresSchema = ${v('procedures')}(${list(procedureEntries)});`,
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
      `export const reducers = /* @__PURE__ */ ${v('convertToAccessorMap')}(reducersSchema.reducersType.reducers);`,
      `export const procedures = /* @__PURE__ */ ${v('convertToAccessorMap')}(proceduresSchema.procedures);`,
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
