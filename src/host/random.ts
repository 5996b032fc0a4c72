import { uniformBigInt } from 'pure-rand/distribution/uniformBigInt';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../module/context.ts';
import { SpacetickError } from '../values/index.ts';

const UINT32 = 0x1_0000_0000;
const DOUBLE_BITS = 2 ** 53;

/** 32 bits from a transaction's time: another for each, and none that tells of the next. */
export function seedOf(micros: bigint): number {
  const low = Number(BigInt.asIntN(32, micros));
  const high = Number(BigInt.asIntN(32, micros >> 32n));
  return mix(low ^ mix(high));
}

/** A bijection of 32-bit numbers in which every bit of the input touches every bit of the output (murmur3's). */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A stream of randomness that depends on the seed alone. @param seed 32 bits */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const uint32 = (): number => generator.next() >>> 0;
  const random = (): number => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / DOUBLE_BITS;
  return Object.assign(random, {
    uint32,
    fill<A extends Uint8Array | Uint16Array | Uint32Array | BigUint64Array>(array: A): A {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = uint32() & 0xff;
      return array;
    },
    integerInRange(low: number, high: number): number {
      checkRange(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high, low, high);
      return high - low < UINT32
        ? uniformInt(generator, low, high)
        : Number(uniformBigInt(generator, BigInt(low), BigInt(high)));
    },
    bigintInRange(low: bigint, high: bigint): bigint {
      checkRange(low <= high, low, high);
      return uniformBigInt(generator, low, high);
    },
  });
}

function checkRange(fits: boolean, low: number | bigint, high: number | bigint): void {
  if (!fits) throw new SpacetickError('E_RANDOM_RANGE', `There is no whole number from ${low} to ${high}.`);
}
