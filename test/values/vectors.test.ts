import { describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  ConnectionId,
  decodeBsatn,
  encodeBsatn,
  fromHex,
  Identity,
  ScheduleAt,
  Timestamp,
  t,
  toHex,
  Uuid,
} from '../../src/values/index.ts';
import fixture from '../fixtures/wire-vectors.json';

interface Vector {
  readonly id: string;
  readonly group: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly hex?: string;
  readonly correctHex?: string;
  readonly displayHex?: string;
}

const vectors = fixture.vectors as readonly Vector[];

const SIMPLE: Readonly<Record<string, AlgebraicType>> = {
  Bool: t.bool().algebraicType,
  U8: t.u8().algebraicType,
  I8: t.i8().algebraicType,
  U16: t.u16().algebraicType,
  I16: t.i16().algebraicType,
  U32: t.u32().algebraicType,
  I32: t.i32().algebraicType,
  U64: t.u64().algebraicType,
  I64: t.i64().algebraicType,
  U128: t.u128().algebraicType,
  I128: t.i128().algebraicType,
  U256: t.u256().algebraicType,
  I256: t.i256().algebraicType,
  F32: t.f32().algebraicType,
  F64: t.f64().algebraicType,
  String: t.string().algebraicType,
  'Array<U8>': t.byteArray().algebraicType,
  'Array<U32>': t.array(t.u32()).algebraicType,
  'Product{id:U32,name:String,ok:Bool}': t.row({ id: t.u32(), name: t.string(), ok: t.bool() }).algebraicType,
  'Product{x:F32,y:F32,z:U128}': t.row({ x: t.f32(), y: t.f32(), z: t.u128() }).algebraicType,
  'Product{}': t.unit().algebraicType,
  'Sum{Red:(),Green:(),Custom:String}': t.enum('Colour', { Red: t.unit(), Green: t.unit(), Custom: t.string() })
    .algebraicType,
  'Option<U32>': t.option(t.u32()).algebraicType,
  'Result<U32,String>': t.result(t.u32(), t.string()).algebraicType,
  'Result<String,String>': t.result(t.string(), t.string()).algebraicType,
  ScheduleAt: t.scheduleAt().algebraicType,
  Timestamp: t.timestamp().algebraicType,
  Identity: t.identity().algebraicType,
  ConnectionId: t.connectionId().algebraicType,
  Uuid: t.uuid().algebraicType,
};

const MICROS = '__timestamp_micros_since_unix_epoch__';

/** The value as this package has it; the fixture's "conventions" say how it is written there. */
function valueIn(type: string, written: unknown): unknown {
  const field = (name: string) => (written as Record<string, string>)[name]!;
  switch (type) {
    case 'Identity':
      return new Identity(field('hex'));
    case 'ConnectionId':
      return new ConnectionId(field('hex'));
    case 'Uuid':
      return Uuid.parse(field('uuid'));
    case 'Timestamp':
      return new Timestamp(BigInt(field(MICROS)));
    case 'ScheduleAt':
      return ScheduleAt.time(BigInt((written as { Time: Record<string, string> }).Time[MICROS]!));
    case 'Array<U8>':
      return fromHex(field('$hex'));
    case 'F32':
    case 'F64':
      return Number(written);
    case 'Product{x:F32,y:F32,z:U128}':
      return { ...(written as object), z: BigInt(field('z')) };
    default:
      if (written === null) return undefined;
      return /^[IU](64|128|256)$/.test(type) ? BigInt(written as string) : written;
  }
}

describe('vectors of the real encoder', () => {
  const bsatn = vectors.filter((vector) => vector.group === 'bsatn' || vector.id === 'quirk/result-err-different-type');

  it.each(bsatn.map((vector) => [vector.id, vector] as const))('[V10] %s', (_, vector) => {
    const type = SIMPLE[vector.type!]!;
    const value = valueIn(vector.type!, vector.value);
    const hex = vector.correctHex ?? vector.hex!;
    expect(toHex(encodeBsatn(type, value))).toBe(hex);
    expect(decodeBsatn(type, fromHex(hex)!)).toEqual(value);
  });

  const identities = vectors.filter((vector) => vector.group === 'identity');

  it.each(identities.map((vector) => [vector.id, vector] as const))('[V70] %s', (_, vector) => {
    const identity = Identity.fromString(vector.displayHex!);
    expect(toHex(encodeBsatn(SIMPLE.Identity!, identity))).toBe(vector.hex);
    expect(decodeBsatn(SIMPLE.Identity!, fromHex(vector.hex!)!)).toEqual(identity);
  });

  it('[V10] the short ones of wire.md 9', () => {
    expect(toHex(encodeBsatn(SIMPLE.ScheduleAt!, ScheduleAt.interval(1_000_000n)))).toBe('0040420f0000000000');
    expect(toHex(encodeBsatn(SIMPLE.Uuid!, Uuid.parse('0190a5f2-7b3c-7def-8123-456789abcdef')))).toBe(
      'efcdab8967452381ef7d3c7bf2a59001',
    );
  });

  it('[V10] every vector of the two groups is used', () => {
    expect(bsatn).toHaveLength(33);
    expect(identities).toHaveLength(2);
  });
});
