import { type ArrayType, minSize, type ProductType, type SumType, typeName } from '../algebraic-type.ts';
import type { BsatnReader } from '../bsatn/reader.ts';
import type { ValueWriter } from '../byte-writer.ts';
import { unknownVariant } from '../check.ts';
import type { Unpacker } from '../msgpack/plain.ts';
import type { Codec } from './codec.ts';
import type { Copier } from './copier.ts';
import { variantNames } from './shape.ts';

// Closures for types that have parts, made of the codecs of these parts.

type Row = Record<string, unknown>;
type AnyCodec = Codec<unknown>;

export function arrayCodec(type: ArrayType, element: AnyCodec): AnyCodec {
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
    // Array.from, unlike map, does not pass over holes.
    copy: (copier: Copier, value: unknown) => Array.from(copier.array(value), (item) => element.copy(copier, item)),
    equal(a: unknown, b: unknown) {
      const [left, right] = [a as readonly unknown[], b as readonly unknown[]];
      return left.length === right.length && left.every((item, i) => element.equal(item, right[i]));
    },
  };
}

export function optionCodec(some: AnyCodec, nested: boolean): AnyCodec {
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

export function resultCodec(type: SumType, ok: AnyCodec, err: AnyCodec): AnyCodec {
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

export function sumCodec(type: SumType, payloads: readonly AnyCodec[]): AnyCodec {
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

export function productCodec(type: ProductType, fields: readonly AnyCodec[]): AnyCodec {
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
      for (let i = 0; i < size; i++) {
        const key = keys[i]!;
        const left = (a as Row)[key];
        const right = (b as Row)[key];
        // Most are the same; of zeros there are two.
        if ((left !== right || left === 0) && !fields[i]!.equal(left, right)) return false;
      }
      return true;
    },
  };
}
