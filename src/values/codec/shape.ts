import { type AlgebraicType, formOf, type SumType, type TypeForm } from '../algebraic-type.ts';

/** Method of readers, writers, unpackers and copiers that handles a form in one call; undefined for composites. */
export const METHOD_OF_FORM: Readonly<Partial<Record<TypeForm, string>>> = {
  Bool: 'bool',
  U8: 'u8',
  I8: 'i8',
  U16: 'u16',
  I16: 'i16',
  U32: 'u32',
  I32: 'i32',
  U64: 'u64',
  I64: 'i64',
  U128: 'u128',
  I128: 'i128',
  U256: 'u256',
  I256: 'i256',
  F32: 'f32',
  F64: 'f64',
  String: 'string',
  Bytes: 'byteArray',
  Identity: 'identity',
  ConnectionId: 'connectionId',
  Timestamp: 'timestamp',
  TimeDuration: 'timeDuration',
  Uuid: 'uuid',
};

/** Types directly inside a type. */
export function childrenOf(type: AlgebraicType): readonly AlgebraicType[] {
  if (METHOD_OF_FORM[formOf(type)] !== undefined) return [];
  switch (type.tag) {
    case 'Array':
      return [type.element];
    case 'Product':
      return type.elements.map((element) => element.type);
    case 'Sum':
      return type.variants.map((variant) => variant.type);
    default:
      return [];
  }
}

const recursive = new WeakMap<AlgebraicType, boolean>();

/**
 * True when a value of the type may contain another of the same type, so that its levels are counted. Of the types on
 * one circle only the products count, so that a level of a tree is one level: not also its array or its option.
 */
export function isRecursive(type: AlgebraicType): boolean {
  let answer = recursive.get(type);
  if (answer === undefined) {
    answer = containsItself(type);
    recursive.set(type, answer);
  }
  return answer;
}

function containsItself(type: AlgebraicType): boolean {
  const seen = new Set<AlgebraicType>();
  const visit = (inner: AlgebraicType): boolean => {
    if (inner === type) return true;
    if (seen.has(inner) || (inner.tag === 'Product' && type.tag !== 'Product')) return false;
    seen.add(inner);
    return childrenOf(inner).some(visit);
  };
  return childrenOf(type).some(visit);
}

export function isOption(type: AlgebraicType): boolean {
  return formOf(type) === 'Option';
}

/** Payload type of an option. */
export function someOf(type: AlgebraicType): AlgebraicType {
  return (type as SumType).variants[0]!.type;
}

export function variantNames(type: SumType): string[] {
  return type.variants.map((variant) => variant.name);
}

export function isEmptyProduct(type: AlgebraicType): boolean {
  return type.tag === 'Product' && type.elements.length === 0;
}
