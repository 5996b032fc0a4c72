import { type AlgebraicType, type ArrayType, formOf, type ProductType, type SumType } from '../algebraic-type.ts';
import type { Nesting } from '../nesting.ts';
import { isOption, isRecursive, METHOD_OF_FORM, someOf } from './shape.ts';

// Codecs as plain closures: for pages whose policy forbids `new Function`. Correct, and several times slower.

/** How codecs are made, from those of the parts of a type. */
export interface ClosureParts<C extends object> {
  /** @param method of readers, writers, ...; stands for any of them */
  primitive(method: 'u8', form: string): C;
  array(type: ArrayType, element: C): C;
  option(some: C, nested: boolean): C;
  result(type: SumType, ok: C, err: C): C;
  sum(type: SumType, payloads: readonly C[]): C;
  product(type: ProductType, fields: readonly C[]): C;
  /** Counts the levels of a recursive type. */
  counted(codec: C): C;
}

/** Builds the codec of a type out of closures. `known` holds the codecs of types met so far, recursion included. */
export function codecOfParts<C extends object>(
  parts: ClosureParts<C>,
  type: AlgebraicType,
  known: Map<AlgebraicType, C> = new Map(),
): C {
  const found = known.get(type);
  if (found !== undefined) return found;
  // Registered before it is filled, so that a recursive type finds itself.
  const codec = {} as C;
  known.set(type, codec);
  const built = build(parts, type, (child) => codecOfParts(parts, child, known));
  return Object.assign(codec, isRecursive(type) ? parts.counted(built) : built);
}

function build<C extends object>(parts: ClosureParts<C>, type: AlgebraicType, inner: (child: AlgebraicType) => C): C {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) return parts.primitive(method as 'u8', form);
  if (type.tag === 'Array') return parts.array(type, inner(type.element));
  if (type.tag === 'Product') {
    return parts.product(
      type,
      type.elements.map((element) => inner(element.type)),
    );
  }
  if (form === 'Option') return parts.option(inner(someOf(type)), isOption(someOf(type)));
  const payloads = (type as SumType).variants.map((variant) => inner(variant.type));
  return form === 'Result'
    ? parts.result(type as SumType, payloads[0]!, payloads[1]!)
    : parts.sum(type as SumType, payloads);
}

export function inLevel<T>(counter: Pick<Nesting, 'enter' | 'leave'>, step: () => T): T {
  counter.enter();
  try {
    return step();
  } finally {
    counter.leave();
  }
}
