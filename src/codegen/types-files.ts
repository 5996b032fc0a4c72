import { isRecursive } from './binding-types.ts';
import { BuilderText } from './builder-text.ts';
import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingModel } from './model.ts';
import { literal } from './names.ts';
import { TypeText } from './type-text.ts';

/** `types.ts`: every named type, as a declaration and as the type of its values (`api.md` 4.1). */
export function typesFile(model: BindingModel, importPath: string): GeneratedFile {
  const imports = new Imports();
  const builder = new BuilderText(imports);
  const text = new TypeText(imports, (type) => type.name);
  const builderOf = (name: string) => {
    // What theirs takes in the second place, ours has a default for.
    const of = model.isOfficial ? `${name}, ${imports.type('AlgebraicTypeType')}` : name;
    return `${imports.type('TypeBuilder')}<${of}>`;
  };
  const blocks = model.types.map((type) => {
    const { name } = type;
    const shape = builder.shape(type);
    // The compiler cannot infer a type from itself.
    return isRecursive(type)
      ? `export type ${name} = ${text.shape(type)};\nexport const ${name}: ${builderOf(name)} = ${shape};`
      : `export const ${name} = ${shape};\nexport type ${name} = ${imports.type('Infer')}<typeof ${name}>;`;
  });
  return generatedFile('types.ts', importPath, imports, [], blocks);
}

/** `types/reducers.ts`: the arguments of each reducer, by name. */
export function reducerTypesFile(model: BindingModel, importPath: string): GeneratedFile {
  const imports = new Imports();
  const locals = model.reducers.map(({ importName, stem }) => {
    return `import type ${importName} from ${literal(`../${stem}`)};`;
  });
  const lines = model.reducers.map(({ paramsName, importName }) => {
    return `export type ${paramsName} = ${imports.type('Infer')}<typeof ${importName}>;`;
  });
  return generatedFile('types/reducers.ts', importPath, imports, locals, lines.length === 0 ? [] : [lines.join('\n')]);
}

/** `types/procedures.ts`: what each procedure takes and returns, by name. */
export function procedureTypesFile(model: BindingModel, importPath: string): GeneratedFile {
  const imports = new Imports();
  const locals = model.procedures.map(({ importName, stem }) => {
    return `import type * as ${importName} from ${literal(`../${stem}`)};`;
  });
  const lines = model.procedures.flatMap(({ argsName, resultName, importName }) => [
    `export type ${argsName} = ${imports.type('Infer')}<typeof ${importName}.params>;`,
    `export type ${resultName} = ${imports.type('Infer')}<typeof ${importName}.returnType>;`,
  ]);
  return generatedFile(
    'types/procedures.ts',
    importPath,
    imports,
    locals,
    lines.length === 0 ? [] : [lines.join('\n')],
  );
}
