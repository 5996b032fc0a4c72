import { BuilderText } from './builder-text.ts';
import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingReducer } from './model.ts';
import { importTypes } from './table-file.ts';

/** `<snake>_reducer.ts`: the parameters of a reducer (`api.md` 4.1). */
export function reducerFile(reducer: BindingReducer, importPath: string): GeneratedFile {
  const imports = new Imports();
  const builder = new BuilderText(imports);
  const blocks = [`export default ${builder.fields(reducer.params.elements)};`];
  return generatedFile(`${reducer.stem}.ts`, importPath, imports, importTypes(builder, './types'), blocks);
}
