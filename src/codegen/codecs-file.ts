import { type AlgebraicType, CodecSource, isUnit, type Operation } from '../values/index.ts';
import { type GeneratedFile, generatedFile } from './file.ts';
import { Imports } from './imports.ts';
import type { BindingModel } from './model.ts';
import { TypeText } from './type-text.ts';

/** What bindings carry: rows and arguments cross the wire, they are not copied or compared there. */
const OPERATIONS: readonly Operation[] = ['read', 'write', 'unpack'];

/** `codecs.ts`: how rows, arguments and results are read and written, as source: no page needs `new Function` for them. */
export function codecsFile(model: BindingModel, importPath: string): GeneratedFile {
  const imports = new Imports();
  const paramTypes = new Map<AlgebraicType, string>([
    ...model.reducers.map(({ params, paramsName }) => [params, `params.${paramsName}`] as const),
    ...model.procedures.map(({ params, argsName }) => [params, `procedures.${argsName}`] as const),
  ]);
  let usesTypes = false;
  const text = new TypeText(imports, (type) => {
    usesTypes = true;
    return `types.${type.name}`;
  });
  const typeOf = (type: AlgebraicType): string => paramTypes.get(type) ?? text.of(type);
  const source = new CodecSource({ type: typeOf, uuidReader: '__readUuid' });

  const declare = (name: string, type: AlgebraicType): string => {
    const declared = `export const ${name}: ${imports.type('WireCodec')}<${typeOf(type)}> = `;
    if (isUnit(type)) return `${declared}{\n${UNIT_CODEC.map((line) => `  ${line}\n`).join('')}};`;
    const entries = OPERATIONS.map((operation) => {
      const name = source.functionFor(operation, type);
      // A page that does not speak MessagePack is bundled without them.
      return `  ${operation}: ${operation === 'unpack' ? `${imports.value('hasMsgpack')} ? ${name} : (undefined as never)` : name},\n`;
    });
    return `${declared}{\n${entries.join('')}};`;
  };
  const codecs = [
    ...model.tables.map(({ codecName, row }) => declare(codecName, row)),
    ...model.reducers.map(({ codecName, params }) => declare(codecName, params)),
    ...model.procedures.flatMap(({ argsCodecName, params, resultCodecName, returnType }) => [
      declare(argsCodecName, params),
      declare(resultCodecName, returnType),
    ]),
  ];

  const functions = indented(String(source));
  if (functions.includes('__readUuid(')) imports.value('readUuid');
  for (const [alias, name] of HELPERS) if (functions.includes(`: ${alias}`)) imports.type(name, alias);
  const locals = [
    ...(usesTypes ? ["import type * as types from './types';"] : []),
    ...(model.procedures.length > 0 ? ["import type * as procedures from './types/procedures';"] : []),
    ...(model.reducers.length > 0 ? ["import type * as params from './types/reducers';"] : []),
  ];
  return generatedFile('codecs.ts', importPath, imports, locals, [...codecs, functions].filter(Boolean));
}

/** Emitted functions come without indentation. */
function indented(source: string): string {
  let depth = 0;
  const lines = source.split('\n').map((line) => {
    if (line.startsWith('}')) depth--;
    const text = '  '.repeat(depth) + line;
    if (line.endsWith('{')) depth++;
    return text;
  });
  return lines.join('\n').replaceAll('\n}\nfunction', '\n}\n\nfunction');
}

/** No fields: a reducer without parameters. */
const UNIT_CODEC = [
  'read: () => ({}),',
  'write: (w) => w.product(0),',
  'unpack: (u, p) => {',
  '  u.product(p, 0);',
  '  return {};',
  '},',
];

/** Types of the first parameters, under the names that emitted source uses. */
const HELPERS = [
  ['__Reader', 'BsatnReader'],
  ['__Writer', 'ValueWriter'],
  ['__Unpacker', 'Unpacker'],
] as const;
