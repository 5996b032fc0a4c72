import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  minSize,
  type ProductType,
  type SumType,
  typeName,
} from '../algebraic-type.ts';
import type { BsatnReader } from '../bsatn/reader.ts';
import type { ValueWriter } from '../byte-writer.ts';
import { unknownVariant } from '../check.ts';
import type { Unpacker } from '../msgpack/plain.ts';
import type { Nesting } from '../nesting.ts';
import type { Codec } from './codec.ts';
import type { Copier } from './copier.ts';
import { isOption, isRecursive, METHOD_OF_FORM, someOf, variantNames } from './shape.ts';

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

function arrayCodec(type: ArrayType, element: AnyCodec): AnyCodec {
  const size = minSize(type.element);
  return {
    read(reader: BsatnReader) {
      const list = new Array<unknown>(reader.count(size));
      for (let i = 0; i < list.length; i++) list[i] = element.read(reader);
      return list;
    },
    write(writer: ValueWriter, value: unknown) {
      const list = value as readonly unknown[];
      writer.list(list);
      for (let i = 0; i < list.length; i++) element.write(writer, list[i]);
    },
    unpack: (unpacker: Unpacker, plain: unknown) => unpacker.array(plain).map((item) => element.unpack(unpacker, item)),
    copy: (copier: Copier, value: unknown) => copier.array(value).map((item) => element.copy(copier, item)),
    equal(a: unknown, b: unknown) {
      const [left, right] = [a as readonly unknown[], b as readonly unknown[]];
      return left.length === right.length && left.every((item, i) => element.equal(item, right[i]));
    },
  };
}

function optionCodec(some: AnyCodec, nested: boolean): AnyCodec {
  return {
    read: (reader) => (reader.option() ? some.read(reader) : undefined),
    write(writer, value) {
      if (value === undefined || value === null) writer.none();
      else {
        writer.some(nested);
        some.write(writer, value);
      }
    },
    unpack: (unpacker, plain) =>
      plain === null ? undefined : some.unpack(unpacker, nested ? unpacker.nested(plain) : plain),
    copy: (copier, value) => (value === undefined || value === null ? undefined : some.copy(copier, value)),
    equal: (a, b) => (a === undefined || b === undefined ? a === b : some.equal(a, b)),
  };
}

function resultCodec(type: SumType, ok: AnyCodec, err: AnyCodec): AnyCodec {
  const name = typeName(type);
  return {
    read: (reader) => (reader.tag(2) === 0 ? { ok: ok.read(reader) } : { err: err.read(reader) }),
    write(writer, value) {
      const result = value as Row;
      if ('ok' in result) {
        writer.variant(0);
        ok.write(writer, result.ok);
      } else if ('err' in result) {
        writer.variant(1);
        err.write(writer, result.err);
      } else writer.unknownVariant(name, value, variantNames(type));
    },
    unpack(unpacker, plain) {
      const [tag, payload] = unpacker.sum(plain, 2);
      return tag === 0 ? { ok: ok.unpack(unpacker, payload) } : { err: err.unpack(unpacker, payload) };
    },
    copy(copier, value) {
      const result = copier.object(value, name);
      if ('ok' in result) return { ok: ok.copy(copier, result.ok) };
      if ('err' in result) return { err: err.copy(copier, result.err) };
      return unknownVariant(name, value, variantNames(type));
    },
    equal(a, b) {
      const [left, right] = [a as Row, b as Row];
      return 'ok' in left
        ? 'ok' in right && ok.equal(left.ok, right.ok)
        : 'err' in right && err.equal(left.err, right.err);
    },
  };
}

function sumCodec(type: SumType, payloads: readonly AnyCodec[]): AnyCodec {
  const name = typeName(type);
  const names = variantNames(type);
  const indexes = new Map(names.map((variant, index) => [variant, index]));
  const indexOf = (value: Row): number => indexes.get(value.tag as string) ?? unknownVariant(name, value, names);
  return {
    read(reader) {
      const index = reader.tag(names.length);
      return { tag: names[index], value: payloads[index]!.read(reader) };
    },
    write(writer, value) {
      const index = indexOf(value as Row);
      writer.variant(index);
      payloads[index]!.write(writer, (value as Row).value);
    },
    unpack(unpacker, plain) {
      const [index, payload] = unpacker.sum(plain, names.length);
      return { tag: names[index], value: payloads[index]!.unpack(unpacker, payload) };
    },
    copy(copier, value) {
      const sum = copier.object(value, name);
      const index = indexOf(sum);
      return { tag: names[index], value: payloads[index]!.copy(copier, sum.value) };
    },
    equal(a, b) {
      const [left, right] = [a as Row, b as Row];
      return left.tag === right.tag && payloads[indexOf(left)]!.equal(left.value, right.value);
    },
  };
}

function productCodec(type: ProductType, fields: readonly AnyCodec[]): AnyCodec {
  const name = typeName(type);
  const keys = type.elements.map((element) => element.key);
  const size = keys.length;
  return {
    read(reader) {
      const row: Row = {};
      for (let i = 0; i < size; i++) row[keys[i]!] = fields[i]!.read(reader);
      return row;
    },
    write(writer, value) {
      if (size === 0) return writer.product(0); // a unit is not looked at
      writer.object(value as Row, size);
      for (let i = 0; i < size; i++) fields[i]!.write(writer, (value as Row)[keys[i]!]);
    },
    unpack(unpacker, plain) {
      const items = unpacker.product(plain, size);
      const row: Row = {};
      for (let i = 0; i < size; i++) row[keys[i]!] = fields[i]!.unpack(unpacker, items[i]);
      return row;
    },
    copy(copier, value) {
      if (size === 0) return {};
      const source = copier.object(value, name);
      const row: Row = {};
      for (let i = 0; i < size; i++) row[keys[i]!] = fields[i]!.copy(copier, source[keys[i]!]);
      return row;
    },
    equal(a, b) {
      for (let i = 0; i < size; i++) if (!fields[i]!.equal((a as Row)[keys[i]!], (b as Row)[keys[i]!])) return false;
      return true;
    },
  };
}
