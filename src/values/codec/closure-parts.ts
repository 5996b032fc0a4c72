import { type AlgebraicType, typeName } from '../algebraic-type.ts';
import { unknownVariant } from '../check.ts';
import { bsatnParts } from './bsatn-parts.ts';
import { type ClosureParts, codecOfParts, inLevel } from './closures.ts';
import type { Codec } from './codec.ts';
import { variantNames } from './shape.ts';

// Codecs that do everything, of closures: reading and writing as BSATN alone has it, and the rest.

type Row = Record<string, unknown>;
type AnyCodec = Codec<unknown>;

/** How two values of a special form are compared: by this property. Others are compared as they are. */
const COMPARED_BY: Readonly<Record<string, string>> = {
  Identity: 'hex',
  ConnectionId: 'hex',
  Timestamp: 'microsSinceUnixEpoch',
  TimeDuration: 'micros',
  Uuid: '__uuid__',
};

const allParts: ClosureParts<AnyCodec> = {
  primitive: (method, form) => ({
    ...bsatnParts.primitive(method, form),
    unpack: (unpacker, plain) => unpacker[method](plain),
    copy: (copier, value) => copier[method](value),
    equal: equalOf(form),
  }),

  array: (type, element) => ({
    ...bsatnParts.array(type, element),
    unpack: (unpacker, plain) => unpacker.array(plain).map((item) => element.unpack(unpacker, item)),
    // Array.from, unlike map, does not pass over holes.
    copy: (copier, value) => Array.from(copier.array(value), (item) => element.copy(copier, item)),
    equal(a, b) {
      const [left, right] = [a as readonly unknown[], b as readonly unknown[]];
      return left.length === right.length && left.every((item, i) => element.equal(item, right[i]));
    },
  }),

  option: (some, nested) => ({
    ...bsatnParts.option(some, nested),
    unpack: (unpacker, plain) =>
      plain === null ? undefined : some.unpack(unpacker, nested ? unpacker.nested(plain) : plain),
    copy: (copier, value) => (value === undefined || value === null ? undefined : some.copy(copier, value)),
    equal: (a, b) => (a === undefined || b === undefined ? a === b : some.equal(a, b)),
  }),

  result(type, ok, err) {
    const name = typeName(type);
    return {
      ...bsatnParts.result(type, ok, err),
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
  },

  sum(type, payloads) {
    const name = typeName(type);
    const names = variantNames(type);
    const indexes = new Map(names.map((variant, index) => [variant, index]));
    const indexOf = (value: Row): number => indexes.get(value.tag as string) ?? unknownVariant(name, value, names);
    return {
      ...bsatnParts.sum(type, payloads),
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
  },

  product(type, fields) {
    const name = typeName(type);
    const keys = type.elements.map((element) => element.key);
    const size = keys.length;
    return {
      ...bsatnParts.product(type, fields),
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
  },

  counted: (codec) => ({
    ...codec,
    ...bsatnParts.counted(codec),
    unpack: (unpacker, plain) => inLevel(unpacker, () => codec.unpack(unpacker, plain)),
    copy: (copier, value) => inLevel(copier, () => codec.copy(copier, value)),
  }),
};

/** The codec of a type, of closures. */
export function closureCodec(type: AlgebraicType): AnyCodec {
  return codecOfParts(allParts, type);
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
