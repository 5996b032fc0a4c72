import type { AlgebraicType } from '../algebraic-type.ts';
import { ValueError } from '../errors.ts';

// In place of index.ts in the lean build: nothing is walked again, so an error names the outermost value only.

export function explainValue(_type: AlgebraicType, _value: unknown, _path: string): void {}
export function explainBsatn(_type: AlgebraicType, _bytes: Uint8Array, _path: string): void {}
export function explainPlain(_type: AlgebraicType, _plain: unknown, _path: string): void {}

/** Why a codec failed. @throws ValueError with the path of the whole value */
export function unexplained(outer: AlgebraicType, path: string, cause: unknown): never {
  if (cause instanceof ValueError) {
    const { code, type, value, reason } = cause;
    throw new ValueError({ code, type, path, value, reason });
  }
  const code =
    cause instanceof RangeError ? 'E_VALUE_TRUNCATED' : cause instanceof TypeError ? 'E_VALUE_TYPE' : undefined;
  if (code === undefined) throw cause;
  throw new ValueError({ code, type: outer.tag, path, value: undefined, reason: '' });
}
