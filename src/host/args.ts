import {
  codecOf,
  copyValue,
  decodeBsatn,
  MsgpackWriter,
  type ProductType,
  unpackValue,
  writeValue,
} from '../values/index.ts';
import type { EncodedArgs } from '../wire/index.ts';

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
      return decodeBsatn(params, args.bytes, path);
    case 'value':
      return copyValue(params, codecOf(params), args.value, path);
  }
}

/** MessagePack of arguments, for those who may see them. */
export function encodePublicArgs(params: ProductType, args: unknown, path: string): Uint8Array {
  const writer = new MsgpackWriter();
  writeValue(writer, params, codecOf(params), args, path);
  return writer.finish();
}
