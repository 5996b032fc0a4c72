import { type AlgebraicType, formOf, isScheduleAt, isUnit, type ProductType, type SumType } from '../values/index.ts';
import { isNamed, type NamedType } from './binding-types.ts';
import type { Imports } from './imports.ts';
import { literal, propertyKey } from './names.ts';

const PLAIN: Readonly<Record<string, string>> = {
  Bool: 'boolean',
  U8: 'number',
  I8: 'number',
  U16: 'number',
  I16: 'number',
  U32: 'number',
  I32: 'number',
  F32: 'number',
  F64: 'number',
  U64: 'bigint',
  I64: 'bigint',
  U128: 'bigint',
  I128: 'bigint',
  U256: 'bigint',
  I256: 'bigint',
  String: 'string',
  Bytes: 'Uint8Array',
};

const CLASSES: readonly string[] = ['Identity', 'ConnectionId', 'Timestamp', 'TimeDuration', 'Uuid'];

/** Prints the TypeScript type of values. `reference` prints a named type. */
export class TypeText {
  private readonly imports: Imports;
  private readonly reference: (type: NamedType) => string;

  constructor(imports: Imports, reference: (type: NamedType) => string) {
    this.imports = imports;
    this.reference = reference;
  }

  /** The type as others refer to it. */
  of(type: AlgebraicType): string {
    return isNamed(type) ? this.reference(type) : this.shape(type);
  }

  /** The type written out, names inside it aside. */
  shape(type: AlgebraicType): string {
    const form = formOf(type);
    const plain = PLAIN[form];
    if (plain !== undefined) return plain;
    if (CLASSES.includes(form)) return this.imports.type(form);
    switch (type.tag) {
      case 'Array': {
        const element = this.of(type.element);
        return / [|] /.test(element) ? `(${element})[]` : `${element}[]`;
      }
      case 'Product':
        return this.object(type);
      default:
        return this.sum(type as SumType, form);
    }
  }

  private object(type: ProductType): string {
    if (isUnit(type)) return 'Record<string, never>';
    return `{ ${type.elements.map((element) => `${propertyKey(element.key)}: ${this.of(element.type)}`).join('; ')} }`;
  }

  private sum(type: SumType, form: string): string {
    if (form === 'Sum' && !isNamed(type) && isScheduleAt(type)) return this.imports.type('ScheduleAt');
    const [first, second] = type.variants;
    if (form === 'Option') return `${this.of(first!.type)} | undefined`;
    if (form === 'Result') return `{ ok: ${this.of(first!.type)} } | { err: ${this.of(second!.type)} }`;
    return type.variants
      .map((variant) => {
        const value = isUnit(variant.type) ? `value?: ${this.shape(variant.type)}` : `value: ${this.of(variant.type)}`;
        return `{ tag: ${literal(variant.name)}; ${value} }`;
      })
      .join(' | ');
  }
}
