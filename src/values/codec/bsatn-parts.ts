import { minSize, typeName } from '../algebraic-type.ts';
import type { ValueWriter } from '../byte-writer.ts';
import { unknownVariant } from '../check.ts';
import { type ClosureParts, inLevel } from './closures.ts';
import type { WireCodec } from './codec.ts';
import { variantNames } from './shape.ts';

/** What BSATN alone asks of a codec. */
export type BsatnCodec = Pick<WireCodec<unknown>, 'read' | 'write'>;

type Row = Record<string, unknown>;
type Write = (value?: unknown) => void;

/** Reading and writing, of closures. */
export const bsatnParts: ClosureParts<BsatnCodec> = {
  primitive: (method) => ({
    read: (reader) => reader[method](),
    write: (writer, value) => (writer[method] as Write)(value),
  }),

  array(type, element) {
    const size = minSize(type.element);
    return {
      read(reader) {
        const list = new Array<unknown>(reader.count(size));
        for (let i = 0; i < list.length; i++) list[i] = element.read(reader);
        return list;
      },
      write(writer, value) {
        const list = value as readonly unknown[];
        writer.list(list);
        for (let i = 0; i < list.length; i++) element.write(writer, list[i]);
      },
    };
  },

  option: (some, nested) => ({
    read: (reader) => (reader.option() ? some.read(reader) : undefined),
    write(writer, value) {
      if (value === undefined || value === null) writer.none();
      else {
        writer.some(nested);
        some.write(writer, value);
      }
    },
  }),

  result: (type, ok, err) => ({
    read: (reader) => (reader.tag(2) === 0 ? { ok: ok.read(reader) } : { err: err.read(reader) }),
    write(writer, value) {
      const result = value as Row;
      if ('ok' in result) {
        writer.variant(0);
        ok.write(writer, result.ok);
      } else if ('err' in result) {
        writer.variant(1);
        err.write(writer, result.err);
      } else unknownVariant(typeName(type), value, variantNames(type));
    },
  }),

  sum(type, payloads) {
    const names = variantNames(type);
    return {
      read(reader) {
        const index = reader.tag(names.length);
        return { tag: names[index], value: payloads[index]!.read(reader) };
      },
      write(writer, value) {
        const { tag, value: payload } = value as Row;
        const index = names.indexOf(tag as string);
        if (index < 0) unknownVariant(typeName(type), value, names);
        writer.variant(index);
        payloads[index]!.write(writer, payload);
      },
    };
  },

  product(type, fields) {
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
    };
  },

  counted: (codec) => ({
    read: (reader) => inLevel(reader, () => codec.read(reader)),
    write: (writer: ValueWriter, value) => inLevel(writer, () => codec.write(writer, value)),
  }),
};
