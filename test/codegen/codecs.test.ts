import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import {
  type AlgebraicType,
  BsatnReader,
  BsatnWriter,
  ConnectionId,
  decodePlain,
  encodeBsatn,
  encodeMsgpack,
  functionCodec,
  Identity,
  MsgpackWriter,
  plainUnpacker,
  readUuid,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  Uuid,
  type WireCodec,
} from '../../src/values/index.ts';
import { arena } from './arena.ts';
import { Workspace } from './workspace.ts';

const workspace = new Workspace();
let codecs: Record<string, WireCodec<unknown>>;

beforeAll(async () => {
  const file = generateBindings(arena).find(({ path }) => path === 'codecs.ts')!;
  codecs = (await workspace.load(file.path, file.text, { hasMsgpack: true, readUuid })) as typeof codecs;
});
afterAll(() => workspace.remove());

const vec2 = fc.record({ x: fc.float({ noNaN: true }), y: fc.float({ noNaN: true }) });
const big = (bits: number, signed = false) => {
  return signed
    ? fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })
    : fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
};
const text = fc.string({ unit: 'grapheme' });
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const hex = (size: number) => bytes(size).map((raw) => Buffer.from(raw).toString('hex'));
const DEPTH = 3; // levels of the recursive values: enough to recurse, few enough to stay small
const wreck: fc.Memo<unknown> = fc.memo((depth) =>
  fc.record({
    name: text,
    parts: depth > 1 ? fc.array(wreck(), { maxLength: 2 }) : fc.constant([]),
    towLine: depth > 1 ? fc.option(wreck(), { nil: undefined }) : fc.constant(undefined),
  }),
);
const halt = fc.constant({ tag: 'Halt', value: {} });
const order: fc.Memo<unknown> = fc.memo((depth) => {
  if (depth <= 1) return halt;
  const value = fc.record({ first: order(), rest: fc.array(order(), { maxLength: 2 }) });
  return fc.oneof(halt, fc.record({ tag: fc.constant('Then'), value }));
});

/** Values of the `cargo` table as bindings know them. */
const cargo = fc.record({
  flag: fc.boolean(),
  a8: fc.integer({ min: 0, max: 255 }),
  b8: fc.integer({ min: -128, max: 127 }),
  a16: fc.integer({ min: 0, max: 65_535 }),
  b16: fc.integer({ min: -32_768, max: 32_767 }),
  a32: fc.integer({ min: 0, max: 4_294_967_295 }),
  b32: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  a64: big(64),
  b64: big(64, true),
  a128: big(128),
  b128: big(128, true),
  a256: big(256),
  b256: big(256, true),
  small: fc.float(),
  large: fc.double(),
  label: text,
  blob: fc.uint8Array(),
  who: hex(32).map(Identity.fromString),
  line: hex(16).map(ConnectionId.fromString),
  at: big(64, true).map((micros) => new Timestamp(micros)),
  lasts: big(64, true).map((micros) => new TimeDuration(micros)),
  serial: big(128).map((value) => new Uuid(value)),
  due: fc.oneof(
    big(63).map((micros) => ScheduleAt.interval(micros)),
    big(63).map((micros) => ScheduleAt.time(micros)),
  ),
  none: fc.constant({}),
  list: fc.array(fc.integer({ min: 0, max: 65_535 })),
  grid: fc.array(fc.array(fc.option(vec2, { nil: undefined }), { maxLength: 3 }), { maxLength: 3 }),
  maybe: fc.option(text, { nil: undefined }),
  twice: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  outcome: fc.oneof(fc.record({ ok: fc.nat() }), fc.record({ err: text })),
  outcomes: fc.array(fc.oneof(fc.record({ ok: vec2 }), fc.constant({ err: {} })), { maxLength: 3 }),
  effect: fc.oneof(
    fc.constant({ tag: 'None', value: {} }),
    fc.record({ tag: fc.constant('Warp'), value: vec2 }),
    fc.record({ tag: fc.constant('Labels'), value: fc.array(text, { maxLength: 3 }) }),
    fc.record({ tag: fc.constant('Linked'), value: fc.option(hex(32).map(Identity.fromString), { nil: undefined }) }),
  ),
  wreck: wreck(DEPTH),
  order: order(DEPTH),
  'oddName!': fc.integer({ min: 0, max: 255 }),
  default: fc.boolean(),
  class: text,
});

/** The type a table's rows have at run time, with the names of the bindings. */
function renamed(type: AlgebraicType): AlgebraicType {
  const done = new Map<AlgebraicType, AlgebraicType>();
  const camel = (name: string) => name.replace(/[_ ]([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const visit = (inner: AlgebraicType): AlgebraicType => {
    if (done.has(inner)) return done.get(inner)!;
    if (inner.tag === 'Array') return { tag: 'Array', element: visit(inner.element) };
    if (inner.tag === 'Product') {
      const elements: { name: string; key: string; type: AlgebraicType }[] = [];
      done.set(inner, { ...inner, elements });
      for (const { name, key, type } of inner.elements) elements.push({ name, key: camel(key), type: visit(type) });
      return done.get(inner)!;
    }
    if (inner.tag === 'Sum') {
      const variants: { name: string; type: AlgebraicType }[] = [];
      done.set(inner, { ...inner, variants });
      for (const { name, type } of inner.variants) {
        variants.push({ name: name === 'halt' ? 'Halt' : name, type: visit(type) });
      }
      return done.get(inner)!;
    }
    return inner;
  };
  return visit(type);
}

const cargoType = renamed(arena.tables.find(({ name }) => name === 'cargo')!.rowType);

describe('generated codecs', () => {
  it('[D2] make the bytes and values of the codecs built at run time', () => {
    const source = codecs.CargoCodec!;
    const built = functionCodec(cargoType);
    fc.assert(
      fc.property(cargo, (row) => {
        const written = new BsatnWriter();
        source.write(written, row);
        expect(written.finish()).toEqual(encodeBsatn(cargoType, row, '', built));
        expect(source.read(new BsatnReader(written.finish()))).toEqual(built.read(new BsatnReader(written.finish())));

        const packed = new MsgpackWriter();
        source.write(packed, row);
        expect(packed.finish()).toEqual(encodeMsgpack(cargoType, row, '', built));
        expect(source.unpack(plainUnpacker, decodePlain(packed.finish()))).toEqual(row);
      }),
      { numRuns: 200 },
    );
  });

  it('[D1] there is one for each table and each reducer, with or without parameters', () => {
    expect(Object.keys(codecs).sort()).toEqual([
      'BumpCodec',
      'CargoCodec',
      'DeleteCodec',
      'DeleteParamsCodec',
      'JoinParamsCodec',
      'KindCodec',
      'ParkedShipCodec',
      'SeatCodec',
      'SetNameParamsCodec',
      'ShipCodec',
      'ShipParamsCodec',
      'SteerParamsCodec',
    ]);
    const join = arena.reducers.find(({ name }) => name === 'join')!;
    const writer = new BsatnWriter();
    codecs.JoinParamsCodec!.write(writer, {});
    expect(writer.finish()).toEqual(encodeBsatn(join.params, {}));
    const setName = arena.reducers.find(({ name }) => name === 'set_name')!;
    codecs.SetNameParamsCodec!.write(writer, { name: 'Ada' });
    expect(writer.finish()).toEqual(encodeBsatn(setName.params, { name: 'Ada' }));
  });

  it('[D1] hold no any, and nothing that is only for hosts', () => {
    const { text: code } = generateBindings(arena).find(({ path }) => path === 'codecs.ts')!;
    expect(code).not.toMatch(/\bany\b|function (copy|equal)|Secret|Ledger/);
  });
});
