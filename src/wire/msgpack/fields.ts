import {
  type ConnectionId,
  type Identity,
  plainUnpacker,
  SpacetickError,
  show,
  type TimeDuration,
  type Timestamp,
} from '../../values/index.ts';

/** A decoded MessagePack map. */
export type PlainMap = Readonly<Record<string, unknown>>;

export function wireError(reason: string): SpacetickError {
  return new SpacetickError(
    'E_WIRE_DECODE',
    `Not a message of v1.msgpack.spacetick: ${reason}. Host and client may be of different versions.`,
  );
}

/** @throws SpacetickError E_WIRE_DECODE */
export function mapOf(plain: unknown, what: string): PlainMap {
  const isMap = typeof plain === 'object' && plain !== null && !Array.isArray(plain) && !(plain instanceof Uint8Array);
  if (!isMap) throw wireError(`${what} is ${show(plain)}, not a map`);
  return plain as PlainMap;
}

export function listOf(map: PlainMap, key: string): readonly unknown[] {
  const value = map[key];
  if (!Array.isArray(value)) throw wireError(`${key} is ${show(value)}, not an array`);
  return value;
}

/** A list that may be left out when it is empty. */
export function optionalList(map: PlainMap, key: string): readonly unknown[] {
  return map[key] === undefined ? [] : listOf(map, key);
}

export function textOf(map: PlainMap, key: string): string {
  const value = map[key];
  if (typeof value !== 'string') throw wireError(`${key} is ${show(value)}, not a string`);
  return value;
}

/** In any form an encoder may choose: some write every integer with 64 bits. */
export function u32Of(map: PlainMap, key: string): number {
  return special(key, () => plainUnpacker.u32(map[key]));
}

export function bigOf(map: PlainMap, key: string): bigint {
  const value = map[key];
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw wireError(`${key} is ${show(value)}, not an integer`);
}

export function identityOf(map: PlainMap, key: string): Identity {
  return special(key, () => plainUnpacker.identity(map[key]));
}

export function connectionIdOf(map: PlainMap, key: string): ConnectionId {
  return special(key, () => plainUnpacker.connectionId(map[key]));
}

export function timestampOf(map: PlainMap, key: string): Timestamp {
  return special(key, () => plainUnpacker.timestamp(map[key]));
}

export function durationOf(map: PlainMap, key: string): TimeDuration {
  return special(key, () => plainUnpacker.timeDuration(map[key]));
}

function special<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wireError(`${key}: ${(error as Error).message}`);
  }
}
