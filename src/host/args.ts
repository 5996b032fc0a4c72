import type { LoadedReducer } from '../module/index.ts';
import {
  type AlgebraicType,
  codecOf,
  copyValue,
  encodeBsatn,
  encodeMsgpack,
  type ProductType,
  readBsatn,
  unpackValue,
} from '../values/index.ts';
import type { EncodedArgs, Encoding } from '../wire/index.ts';
import type { PublicArgs } from './fanout.ts';

/**
 * Arguments of a call as the reducer takes them.
 * @param path name of the reducer, for the error
 * @throws ValueError naming the argument that does not fit
 */
export function decodeArgs(params: ProductType, args: EncodedArgs, path: string): unknown {
  switch (args.encoding) {
    case 'plain':
      return unpackValue(params, codecOf(params), args.plain, path);
    case 'bsatn':
      return readBsatn(params, args.bytes, path); // the real host ignores what stands behind, too (wire.md 1.1)
    case 'value':
      return copyValue(params, codecOf(params), args.value, path);
  }
}

/** A value as a protocol's messages carry it. */
export function encodeValue(encoding: Encoding, type: AlgebraicType, value: unknown, path: string): Uint8Array {
  return encoding === 'bsatn' ? encodeBsatn(type, value, path) : encodeMsgpack(type, value, path);
}

const NOT_PUBLIC: PublicArgs = Object.freeze({});
const NO_ARGS: PublicArgs = Object.freeze({ bsatn: new Uint8Array(0) }); // v1 tells of a call without arguments as it is

/** Arguments for those who may see them. */
export function publicArgsOf(reducer: LoadedReducer, args: unknown): PublicArgs {
  const { params, name } = reducer;
  if (!reducer.publicArgs) return params.elements.length === 0 ? NO_ARGS : NOT_PUBLIC;
  return { msgpack: encodeMsgpack(params, args, name), bsatn: encodeBsatn(params, args, name) };
}
