import { type AlgebraicType, type ArrayType, formOf, type ProductType, type SumType } from '../algebraic-type.ts';
import type { Nesting } from '../nesting.ts';
import { arrayCodec, optionCodec, productCodec, resultCodec, sumCodec } from './closure-parts.ts';
import type { Codec } from './codec.ts';
import { isOption, isRecursive, METHOD_OF_FORM, someOf } from './shape.ts';

// Codecs as plain closures: for pages whose policy forbids `new Function`. Correct, and several times slower.

type Row = Record<string, unknown>;
type AnyCodec = Codec<unknown>;
type Primitive = (value?: unknown) => unknown;

/** Builds the codec of a type out of closures. `known` holds the codecs of types met so far, recursion included. */
export function closureCodec(type: AlgebraicType, known: Map<AlgebraicType, AnyCodec>): AnyCodec {
  const found = known.get(type);
  if (found !== undefined) return found;
  // Registered before it is filled, so that a recursive type finds itself.
  const codec: AnyCodec = {
    read: () => undefined,
    write: () => undefined,
    unpack: () => undefined,
    copy: () => undefined,
    equal: () => false,
  };
  known.set(type, codec);
  Object.assign(codec, isRecursive(type) ? counted(build(type, known)) : build(type, known));
  return codec;
}

/** Counts the levels of a recursive type. */
function counted(codec: AnyCodec): AnyCodec {
  return {
    ...codec,
    read: (reader) => inLevel(reader, () => codec.read(reader)),
    write: (writer, value) => inLevel(writer, () => codec.write(writer, value)),
    unpack: (unpacker, plain) => inLevel(unpacker, () => codec.unpack(unpacker, plain)),
    copy: (copier, value) => inLevel(copier, () => codec.copy(copier, value)),
  };
}

function inLevel<T>(counter: Pick<Nesting, 'enter' | 'leave'>, step: () => T): T {
  counter.enter();
  try {
    return step();
  } finally {
    counter.leave();
  }
}

function build(type: AlgebraicType, known: Map<AlgebraicType, AnyCodec>): AnyCodec {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) return primitiveCodec(method as 'u8', form);
  const inner = (child: AlgebraicType) => closureCodec(child, known);
  switch (form) {
    case 'Array':
      return arrayCodec(type as ArrayType, inner((type as ArrayType).element));
    case 'Option':
      return optionCodec(inner(someOf(type)), isOption(someOf(type)));
    case 'Result':
      return resultCodec(
        type as SumType,
        inner((type as SumType).variants[0]!.type),
        inner((type as SumType).variants[1]!.type),
      );
    case 'Sum':
      return sumCodec(
        type as SumType,
        (type as SumType).variants.map((variant) => inner(variant.type)),
      );
    default:
      return productCodec(
        type as ProductType,
        (type as ProductType).elements.map((element) => inner(element.type)),
      );
  }
}

/** How two values of a special form are compared: by this property. Others are compared as they are. */
const COMPARED_BY: Readonly<Record<string, string>> = {
  Identity: 'hex',
  ConnectionId: 'hex',
  Timestamp: 'microsSinceUnixEpoch',
  TimeDuration: 'micros',
  Uuid: '__uuid__',
};

function primitiveCodec(method: 'u8', form: string): AnyCodec {
  return {
    read: (reader) => reader[method](),
    write: (writer, value) => (writer[method] as Primitive)(value),
    unpack: (unpacker, plain) => unpacker[method](plain),
    copy: (copier, value) => copier[method](value),
    equal: equalOf(form),
  };
}

function equalOf(form: string): AnyCodec['equal'] {
  if (form === 'Bytes') return (a, b) => equalBytes(a as Uint8Array, b as Uint8Array);
  if (form === 'F32' || form === 'F64') return Object.is; // NaN equals itself, -0 does not equal 0
  const by = COMPARED_BY[form];
  return by === undefined ? (a, b) => a === b : (a, b) => (a as Row)[by] === (b as Row)[by];
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
