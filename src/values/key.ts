import { type AlgebraicType, formOf, isUnit, type SumType } from './algebraic-type.ts';
import { bytesKey } from './bytes-key.ts';
import { plainCodecOf } from './codec/plain.ts';

/** What stands for a value in a Map or in an ordered index: equal values have equal keys. */
export type Key = string | number | bigint | boolean;

/** Turns values of one type into keys. Built once per indexed column. */
export type KeyOf = (value: unknown) => Key;

/** The key function of a column's type: the value itself, its number or hex, its variant, else its BSATN bytes. */
export function keyOf(type: AlgebraicType): KeyOf {
  switch (formOf(type)) {
    case 'Identity':
    case 'ConnectionId':
      return (value) => (value as { hex: string }).hex;
    case 'Timestamp':
      return (value) => (value as { microsSinceUnixEpoch: bigint }).microsSinceUnixEpoch;
    case 'TimeDuration':
      return (value) => (value as { micros: bigint }).micros;
    case 'Uuid':
      return (value) => (value as { __uuid__: bigint }).__uuid__;
    case 'Sum': {
      const { variants } = type as SumType;
      if (!variants.every((variant) => isUnit(variant.type))) return bytesKey(plainCodecOf(type));
      const order = new Map(variants.map((variant, index) => [variant.name, index]));
      return (value) => order.get((value as { tag: string }).tag) ?? -1;
    }
    case 'Array':
    case 'Bytes':
    case 'Product':
    case 'Option':
    case 'Result':
      return bytesKey(plainCodecOf(type));
    default:
      return (value) => value as Key;
  }
}

/** Order of two keys of one type: negative, zero, positive. Texts compare by code point, as the real host's do. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string') return compareTexts(a, b as string);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates below U+E000..U+FFFF; code points beyond the first plane belong above. */
function codePointRank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}
