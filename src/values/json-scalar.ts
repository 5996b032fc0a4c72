import { type AlgebraicType, type ProductType, type TypeForm, typeName } from './algebraic-type.ts';

import { Copier } from './codec/copier.ts';
import { METHOD_OF_FORM } from './codec/shape.ts';
import { ConnectionId } from './connection-id.ts';
import { fail, show } from './errors.ts';
import { fromHex, toHex } from './hex.ts';
import { Identity } from './identity.ts';
import { type Json, JsonNumber } from './json-text.ts';
import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';
import { Uuid } from './uuid.ts';

// SATS-JSON (wire.md 1.2) of everything that has no parts of its own.

/** Writes and reads values of one type as JSON. */
export interface JsonCodec {
  /** @throws ValueError whose path starts at this value */
  write(value: unknown): string;
  /**
   * @param nullIsNaN whether this is what a host wrote: it has no other word for a number that is none
   * @throws ValueError whose path starts at this value
   */
  read(json: Json, nullIsNaN?: boolean): unknown;
}

const checker = new Copier();

type Check = (value: unknown) => unknown;

/** @throws ValueError E_VALUE_TYPE */
export function wrongJson(type: AlgebraicType, wanted: string, json: Json): never {
  fail('E_VALUE_TYPE', typeName(type), json, `expected ${wanted}, got ${showJson(json)}`);
}

function showJson(json: Json): string {
  if (json instanceof JsonNumber) return show(json.text).slice(1, -1);
  return json instanceof Map ? `an object with fields ${show([...json.keys()].join(', ')).slice(1, -1)}` : show(json);
}

/** JSON codec of a primitive or of an array of u8. */
export function scalarCodec(type: AlgebraicType, form: TypeForm): JsonCodec {
  const check = checker[METHOD_OF_FORM[form] as 'u8'] as Check;
  const checked: Check = (value) => check.call(checker, value);
  switch (form) {
    case 'Bool':
      return { write: (value) => String(checked(value)), read: (json) => checked(scalar(type, 'boolean', json)) };
    case 'String':
      return {
        write: (value) => JSON.stringify(checked(value)),
        read: (json) => checked(scalar(type, 'string', json)),
      };
    case 'Bytes':
      return { write: (value) => `"${toHex(checked(value) as Uint8Array)}"`, read: (json) => bytes(type, json) };
    case 'F32':
    case 'F64':
      return {
        write: (value) => JSON.stringify(checked(value)),
        read: (json, nullIsNaN) => checked(float(type, json, nullIsNaN)),
      };
    case 'U256':
    case 'I256':
      return { write: (value) => `"${hexText(checked(value) as bigint)}"`, read: (json) => checked(hex(type, json)) };
    case 'I64':
    case 'U64':
    case 'I128':
    case 'U128':
      return { write: (value) => String(checked(value)), read: (json) => checked(integer(type, json)) };
    default:
      return { write: (value) => String(checked(value)), read: (json) => checked(Number(integer(type, json))) };
  }
}

/** @param kind what `typeof` says of the JSON that fits */
function scalar(type: AlgebraicType, kind: 'boolean' | 'string', json: Json): Json {
  if (typeof json === kind) return json;
  return wrongJson(type, kind === 'boolean' ? 'true or false' : 'a string', json);
}

function float(type: AlgebraicType, json: Json, nullIsNaN = false): number {
  if (json === null && nullIsNaN) return Number.NaN;
  if (!(json instanceof JsonNumber)) return wrongJson(type, 'a number', json);
  const number = Number(json.text);
  if (!Number.isFinite(number)) fail('E_VALUE_RANGE', typeName(type), json, `${showJson(json)} is out of range`);
  return number;
}

function integer(type: AlgebraicType, json: Json): bigint {
  if (!(json instanceof JsonNumber)) return wrongJson(type, 'a number', json);
  if (!/^-?\d{1,80}$/.test(json.text)) return wrongJson(type, 'a whole number', json);
  return BigInt(json.text);
}

function hexText(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function hex(type: AlgebraicType, json: Json): bigint {
  if (typeof json !== 'string' || !/^-?0x[0-9a-f]{1,64}$/i.test(json)) {
    return wrongJson(type, 'a hex text like "0x1f"', json);
  }
  return json.startsWith('-') ? -BigInt(json.slice(1)) : BigInt(json);
}

function bytes(type: AlgebraicType, json: Json): Uint8Array {
  if (Array.isArray(json)) {
    return Uint8Array.from(json, (item) => {
      return item instanceof JsonNumber
        ? checker.u8(Number(item.text))
        : wrongJson(type, 'a hex text or an array of numbers', item);
    });
  }
  const parsed = typeof json === 'string' ? fromHex(json) : undefined;
  return parsed ?? wrongJson(type, 'a hex text or an array of numbers', json);
}

type SpecialForm = 'Identity' | 'ConnectionId' | 'Timestamp' | 'TimeDuration' | 'Uuid';

interface Special {
  inner(value: unknown): bigint;
  outer(value: bigint): unknown;
}

const SPECIALS: Readonly<Record<SpecialForm, Special>> = {
  Identity: { inner: (value) => checker.identity(value).toBigInt(), outer: (value) => new Identity(value) },
  ConnectionId: { inner: (value) => checker.connectionId(value).toBigInt(), outer: (value) => new ConnectionId(value) },
  Timestamp: {
    inner: (value) => checker.timestamp(value).microsSinceUnixEpoch,
    outer: (value) => new Timestamp(value),
  },
  TimeDuration: { inner: (value) => checker.timeDuration(value).micros, outer: (value) => new TimeDuration(value) },
  Uuid: { inner: (value) => checker.uuid(value).__uuid__, outer: (value) => new Uuid(value) },
};

const IDENTITY_DIGITS = 64;

/** `{"__identity__":"0x…"}` or `["0x…"]`: the JSON of the number inside, wrapped. */
export function specialCodec(type: ProductType, form: SpecialForm): JsonCodec {
  const special = SPECIALS[form];
  const only = type.elements[0]!;
  const number = scalarCodec(only.type, only.type.tag);
  return {
    write(value) {
      const inner = special.inner(value);
      // Identities are written in full: their leading zeros are part of their name.
      const text =
        form === 'Identity' ? `"0x${inner.toString(16).padStart(IDENTITY_DIGITS, '0')}"` : number.write(inner);
      return `{${JSON.stringify(only.name)}:${text}}`;
    },
    read(json) {
      const items = Array.isArray(json) ? json : json instanceof Map ? [...json.values()] : [];
      const isNamed = !(json instanceof Map) || json.has(only.name);
      if (items.length !== 1 || !isNamed) return wrongJson(type, `an object with ${show(only.name)} alone`, json);
      return special.outer(number.read(items[0]!) as bigint);
    },
  };
}
