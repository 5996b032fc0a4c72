import { ConnectionId } from './connection-id.ts';
import { fail, show } from './errors.ts';
import { Identity } from './identity.ts';
import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';
import { Uuid } from './uuid.ts';

// The checks every encoder shares: one function per primitive, monomorphic, returning the value as it will be read
// back (an integer's -0 is 0, an f32 is rounded).

function wrongType(type: string, value: unknown, wanted: string): never {
  fail('E_VALUE_TYPE', type, value, `expected ${wanted}, got ${show(value)}`);
}

/** @param type `u8`, `i256`, ...: says which numbers there are */
function badInt(type: string, value: unknown): never {
  const wanted = isBig(type) ? 'bigint' : 'number';
  if (typeof value !== wanted) wrongType(type, value, isBig(type) ? 'a bigint (write 1n, not 1)' : 'a number');
  fail(
    'E_VALUE_RANGE',
    type,
    value,
    `${show(value)} is ${Number.isInteger(value) || isBig(type) ? `out of range ${rangeOf(type)}` : 'not a whole number'}`,
  );
}

function isBig(type: string): boolean {
  return Number(type.slice(1)) >= 64;
}

function rangeOf(type: string): string {
  const isSigned = type.startsWith('i');
  const count = 1n << BigInt(Number(type.slice(1)) - Number(isSigned));
  return `${isSigned ? -count : 0n}..${count - 1n}`;
}

export function checkBool(value: unknown): boolean {
  return typeof value === 'boolean' ? value : wrongType('bool', value, 'true or false');
}

export function checkU8(value: unknown): number {
  return typeof value === 'number' && (value & 0xff) === value ? value & 0xff : badInt('u8', value);
}

export function checkI8(value: unknown): number {
  return typeof value === 'number' && (value << 24) >> 24 === value ? (value << 24) >> 24 : badInt('i8', value);
}

export function checkU16(value: unknown): number {
  return typeof value === 'number' && (value & 0xffff) === value ? value & 0xffff : badInt('u16', value);
}

export function checkI16(value: unknown): number {
  return typeof value === 'number' && (value << 16) >> 16 === value ? (value << 16) >> 16 : badInt('i16', value);
}

export function checkU32(value: unknown): number {
  return typeof value === 'number' && value >>> 0 === value ? value >>> 0 : badInt('u32', value);
}

export function checkI32(value: unknown): number {
  return typeof value === 'number' && (value | 0) === value ? value | 0 : badInt('i32', value);
}

export function checkU64(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asUintN(64, value) === value ? value : badInt('u64', value);
}

export function checkI64(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value ? value : badInt('i64', value);
}

export function checkU128(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asUintN(128, value) === value ? value : badInt('u128', value);
}

export function checkI128(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asIntN(128, value) === value ? value : badInt('i128', value);
}

export function checkU256(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asUintN(256, value) === value ? value : badInt('u256', value);
}

export function checkI256(value: unknown): bigint {
  return typeof value === 'bigint' && BigInt.asIntN(256, value) === value ? value : badInt('i256', value);
}

/** One NaN for all: engines keep the spare bits of a NaN, and equal values are to have equal bytes. */
function canonical(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

const F32_MAX = 3.4028234663852886e38;

/** An f32 takes any number, rounded to the nearest f32; a finite one beyond its range is an error, not Infinity. */
export function checkF32(value: unknown): number {
  if (typeof value !== 'number') wrongType('f32', value, 'a number');
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded) && Number.isFinite(value)) {
    fail('E_VALUE_RANGE', 'f32', value, `${show(value)} is out of range ${-F32_MAX}..${F32_MAX}`);
  }
  return canonical(rounded);
}

export function checkF64(value: unknown): number {
  return typeof value === 'number' ? canonical(value) : wrongType('f64', value, 'a number');
}

export function checkString(value: unknown): string {
  return typeof value === 'string' ? value : wrongType('string', value, 'a string');
}

export function checkBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (!Array.isArray(value)) wrongType('bytes', value, 'a Uint8Array or an array of u8');
  return Uint8Array.from(value, checkU8);
}

export function checkArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : wrongType('array', value, 'an array');
}

export function checkObject(value: unknown, type: string): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : wrongType(type, value, 'an object');
}

export function checkIdentity(value: unknown): Identity {
  return value instanceof Identity ? value : wrongType('identity', value, 'an Identity');
}

export function checkConnectionId(value: unknown): ConnectionId {
  return value instanceof ConnectionId ? value : wrongType('connectionId', value, 'a ConnectionId');
}

export function checkTimestamp(value: unknown): Timestamp {
  if (!(value instanceof Timestamp)) wrongType('timestamp', value, 'a Timestamp');
  checkI64(value.microsSinceUnixEpoch);
  return value;
}

export function checkTimeDuration(value: unknown): TimeDuration {
  if (!(value instanceof TimeDuration)) wrongType('timeDuration', value, 'a TimeDuration');
  checkI64(value.micros);
  return value;
}

export function checkUuid(value: unknown): Uuid {
  return value instanceof Uuid ? value : wrongType('uuid', value, 'a Uuid');
}

export function unknownVariant(type: string, value: unknown, names: readonly string[]): never {
  const given = typeof value === 'object' && value !== null && 'tag' in value ? (value as { tag: unknown }).tag : value;
  fail('E_VALUE_VARIANT', type, value, `${show(given)} is not a variant; there are ${names.join(', ')}`);
}
