import { type AlgebraicType, type SumType, typeName } from '../algebraic-type.ts';
import { isRecursive, variantNames } from '../codec/shape.ts';
import { fail, ValueError, type ValueProblem } from '../errors.ts';
import type { Nesting } from '../nesting.ts';

// Codecs know no paths: carrying them would cost every value. When one fails, the value is walked again, slowly, to
// find which part was at fault. These are the steps of such a walk.

/** Stands for every method name that METHOD_OF_FORM yields. */
export type Method = 'u8';

/** Runs `step`; what it throws becomes a ValueError that names `path`. */
export function at<T>(path: string, type: AlgebraicType, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new ValueError({ ...problemOf(error), type: typeName(type), path });
  }
}

/** The same for which variant a value is: an unknown one is told with those there are. */
export function atVariant<T>(path: string, type: SumType, step: () => T): T {
  return at(path, type, () => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof ValueError) || error.code !== 'E_VALUE_VARIANT') throw error;
      fail(error.code, '', error.value, `${error.reason}; there are ${variantNames(type).join(', ')}`);
    }
  });
}

function problemOf(error: unknown): Omit<ValueProblem, 'path' | 'type'> {
  if (error instanceof ValueError) return { code: error.code, value: error.value, reason: error.reason };
  if (error instanceof RangeError) {
    return { code: 'E_VALUE_TRUNCATED', value: undefined, reason: 'the bytes end inside it' };
  }
  throw error;
}

/** Walks one value; a recursive type is counted as its codec counts it. */
export function level(
  counter: Pick<Nesting, 'enter' | 'leave'>,
  type: AlgebraicType,
  path: string,
  walk: () => void,
): void {
  const isCounted = isRecursive(type);
  if (isCounted) at(path, type, () => counter.enter());
  try {
    walk();
  } finally {
    if (isCounted) counter.leave();
  }
}

export function field(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** For a codec that failed although the walk found nothing: the two disagree, which is a defect of ours. */
export function unexplained(type: AlgebraicType, path: string, cause: unknown): never {
  if (cause instanceof ValueError) {
    at(path, type, () => {
      throw cause;
    });
  }
  if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
  fail(
    'E_VALUE_TYPE',
    typeName(type),
    undefined,
    `${path === '' ? 'the value' : path} cannot be used: ${cause.message}`,
  );
}
