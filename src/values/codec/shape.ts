import { type AlgebraicType, formOf, PRIMITIVES, type SumType, type TypeForm } from '../algebraic-type.ts';

/** Method of readers, writers, unpackers and copiers that handles a form in one call; undefined for composites. */
export const METHOD_OF_FORM: Readonly<Partial<Record<TypeForm, string>>> = /* @__PURE__ */ Object.freeze({
  ...Object.fromEntries(
    [...PRIMITIVES, 'Identity', 'ConnectionId', 'Timestamp', 'TimeDuration', 'Uuid'].map((form) => [
      form,
      form.charAt(0).toLowerCase() + form.slice(1),
    ]),
  ),
  Bytes: 'byteArray',
});

/** Types directly inside a type. */
export function childrenOf(type: AlgebraicType): readonly AlgebraicType[] {
  if (METHOD_OF_FORM[formOf(type)] !== undefined) return [];
  if (type.tag === 'Array') return [type.element];
  const parts = type.tag === 'Product' ? type.elements : (type as SumType).variants;
  return parts.map((part) => part.type);
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
