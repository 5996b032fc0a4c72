import { BuilderText } from './builder-text.ts';
import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingProcedure } from './model.ts';
import { importTypes } from './table-file.ts';

/** `<snake>_procedure.ts`: the parameters of a procedure and what it returns (`api.md` 4.1). */
export function procedureFile(procedure: BindingProcedure, importPath: string): GeneratedFile {
  const imports = new Imports();
  const builder = new BuilderText(imports);
  const params = builder.fields(procedure.params.elements);
  const blocks = [`export const params = ${params};\nexport const returnType = ${builder.of(procedure.returnType)};`];
  return generatedFile(`${procedure.stem}.ts`, importPath, imports, importTypes(builder, './types'), blocks);
}
