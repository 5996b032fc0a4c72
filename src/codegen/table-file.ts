import { BuilderText } from './builder-text.ts';
import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingTable } from './model.ts';
import { literal } from './names.ts';

/** `<snake>_table.ts`: the columns of a table (`api.md` 4.1). */
export function tableFile(table: BindingTable, importPath: string): GeneratedFile {
  const imports = new Imports();
  const builder = new BuilderText(imports);
  const { elements } = table.row;
  const columns = builder.fields(elements, (index) => {
    const { name, key } = elements[index]!;
    return (name === key ? '' : `.name(${literal(name)})`) + (index === table.def.primaryKey ? '.primaryKey()' : '');
  });
  const blocks = [`export default ${imports.value('t')}.row(${columns});`];
  return generatedFile(`${table.stem}.ts`, importPath, imports, importTypes(builder, './types'), blocks);
}

/** Imports the named types that declarations refer to. */
export function importTypes(builder: BuilderText, from: string): string[] {
  if (builder.used.size === 0) return [];
  return [`import { ${[...builder.used].sort().join(', ')} } from ${literal(from)};`];
}
