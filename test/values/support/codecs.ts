import { transformSync } from 'rolldown/utils';
import {
  type AlgebraicType,
  type Annotations,
  type Codec,
  CodecSource,
  closureCodec,
  formOf,
  functionCodec,
  type Operation,
  type SumType,
} from '../../../src/values/index.ts';

export type CodecMaker = (type: AlgebraicType) => Codec<unknown>;

const OPERATIONS: readonly Operation[] = ['read', 'write', 'unpack', 'copy', 'equal'];

const CLASSES: Readonly<Record<string, string>> = {
  Bytes: 'Uint8Array',
  Bool: 'boolean',
  String: 'string',
  Identity: 'Identity',
  ConnectionId: 'ConnectionId',
  Timestamp: 'Timestamp',
  TimeDuration: 'TimeDuration',
  Uuid: 'Uuid',
};
const NUMBERS = new Set(['U8', 'I8', 'U16', 'I16', 'U32', 'I32', 'F32', 'F64']);

/** Prints the TypeScript types of values; products and sums become declarations of their own. */
export class TypePrinter implements Annotations {
  private readonly names = new Map<AlgebraicType, string>();
  readonly declarations: string[] = [];

  type(type: AlgebraicType): string {
    const form = formOf(type);
    if (form in CLASSES) return CLASSES[form]!;
    if (NUMBERS.has(form)) return 'number';
    switch (type.tag) {
      case 'Array':
        return `Array<${this.type(type.element)}>`;
      case 'Product':
        return type.elements.length === 0 ? 'Record<string, never>' : this.declared(type);
      case 'Sum':
        if (form === 'Option') return `${this.type(type.variants[0]!.type)} | undefined`;
        if (form === 'Sum') return this.declared(type);
        return `({ ok: ${this.type(type.variants[0]!.type)} } | { err: ${this.type(type.variants[1]!.type)} })`;
      default:
        return 'bigint';
    }
  }

  private declared(type: AlgebraicType): string {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const name = `T${this.names.size}`;
    this.names.set(type, name);
    if (type.tag === 'Product') {
      const fields = type.elements.map((element) => `${JSON.stringify(element.key)}: ${this.type(element.type)};`);
      this.declarations.push(`interface ${name} { ${fields.join(' ')} }`);
    } else {
      const variants = (type as SumType).variants.map((variant) => {
        return `{ tag: ${JSON.stringify(variant.name)}; value: ${this.type(variant.type)} }`;
      });
      this.declarations.push(`type ${name} = ${variants.join(' | ')};`);
    }
    return name;
  }
}

/** The codec of a type as bindings carry it: annotated source, which a bundler strips of its types. */
export function bindingsSource(type: AlgebraicType): { source: string; entries: string } {
  const printer = new TypePrinter();
  const functions = new CodecSource(printer);
  const entries = OPERATIONS.map((operation) => `${operation}: ${functions.functionFor(operation, type)}`).join(', ');
  return { source: `${functions}\n${printer.declarations.join('\n')}`, entries };
}

const bindingsCodec: CodecMaker = (type) => {
  const { source, entries } = bindingsSource(type);
  const { code, errors } = transformSync('codec.ts', source);
  if (errors.length > 0) throw new Error(`${errors[0]!.message}\n${source}`);
  return (new Function(`'use strict';\n${code}\nreturn { ${entries} };`) as () => Codec<unknown>)();
};

/** The three ways of building a codec. */
export const CODEC_MAKERS: Readonly<Record<string, CodecMaker>> = {
  bindings: bindingsCodec,
  functions: functionCodec,
  closures: closureCodec,
};
