import type { LoadedReducer } from '../module/index.ts';
import {
  type AlgebraicType,
  codecOf,
  copyValue,
  encodeBsatn,
  encodeMsgpack,
  type ProductType,
  readBsatn,
  SpacetickError,
  unpackValue,
} from '../values/index.ts';
import type { EncodedArgs, Encoding } from '../wire/index.ts';
import type { PublicArgs } from './fanout.ts';

/** What is called: for the error when arguments do not fit. */
export interface Called {
  readonly kind: 'reducer' | 'procedure';
  readonly name: string;
  readonly params: ProductType;
}

/**
 * Arguments of a call as the function takes them.
 * @throws SpacetickError with the text of `wire.md` 5, naming the argument that does not fit
 */
export function decodeArgs({ kind, name, params }: Called, args: EncodedArgs): unknown {
  try {
    return decode(params, args);
  } catch (error) {
    throw error instanceof SpacetickError ? badArgs(kind, name, error) : error;
  }
}

/** An error that says which function the arguments do not fit. */
export function badArgs(kind: Called['kind'], name: string, { code, message }: SpacetickError): SpacetickError {
  return new SpacetickError(code, `invalid arguments for ${kind} ${name}: ${message}`);
}

function decode(params: ProductType, args: EncodedArgs): unknown {
  switch (args.encoding) {
    case 'plain':
      return unpackValue(params, codecOf(params), args.plain, '');
    case 'bsatn':
      return readBsatn(params, args.bytes, ''); // the real host ignores what stands behind, too (wire.md 1.1)
    case 'value':
      return copyValue(params, codecOf(params), args.value, '');
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
