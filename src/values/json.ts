import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  type PrimitiveTag,
  type ProductType,
  type SumType,
  type TypeForm,
  typeName,
} from './algebraic-type.ts';
import { checkF32, checkObject, fail } from './check.ts';
import { Copier } from './codec/copier.ts';
import { someOf, variantNames } from './codec/shape.ts';
import { ConnectionId } from './connection-id.ts';
import { show, ValueError } from './errors.ts';
import { fromHex, toHex } from './hex.ts';
import { Identity } from './identity.ts';
import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';
import { Uuid } from './uuid.ts';

/**
 * SATS-JSON (`wire.md` 1.2) as text: `stringify` and `parse` rather than objects, because integers beyond 2^53 are JSON
 * numbers there and JavaScript's `JSON.parse` rounds them. NaN and the infinities become null (read back as NaN), -0
 * becomes 0, and an option inside an option cannot be told from its inside: JSON has no form for them.
 */
export interface JsonCodec {
  /** @throws ValueError without a path */
  write(value: unknown): string;
  /** @throws ValueError without a path */
  read(json: Json): unknown;
}

/** Parsed JSON whose numbers are kept as text (`JsonNumber`) so that no digit is lost. */
export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>;

export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const codecs = new WeakMap<AlgebraicType, JsonCodec>();

/** SATS-JSON of one value. @throws ValueError naming type, path and value */
export function toSatsJson(type: AlgebraicType, value: unknown): string {
  return jsonCodecOf(type).write(value);
}

/** One value from SATS-JSON text. @throws ValueError; SyntaxError when it is not JSON */
export function fromSatsJson(type: AlgebraicType, text: string): unknown {
  return jsonCodecOf(type).read(parseJson(text));
}

/** The JSON codec of a type: closures, built on first use and kept with the type. JSON is on no hot path. */
export function jsonCodecOf(type: AlgebraicType): JsonCodec {
  const known = codecs.get(type);
  if (known !== undefined) return known;
  const codec: JsonCodec = { write: () => '', read: () => undefined };
  codecs.set(type, codec); // registered before it is filled, so that a recursive type finds itself
  Object.assign(codec, build(type));
  return codec;
}

const checker = new Copier();

type CheckMethod = 'u8';

const CHECK_OF_TAG: Readonly<Record<PrimitiveTag, string>> = {
  Bool: 'bool',
  I8: 'i8',
  U8: 'u8',
  I16: 'i16',
  U16: 'u16',
  I32: 'i32',
  U32: 'u32',
  I64: 'i64',
  U64: 'u64',
  I128: 'i128',
  U128: 'u128',
  I256: 'i256',
  U256: 'u256',
  F32: 'f32',
  F64: 'f64',
  String: 'string',
};

function wrong(type: AlgebraicType, wanted: string, json: unknown): never {
  fail('E_VALUE_TYPE', typeName(type), json, `expected ${wanted}, got ${showJson(json)}`);
}

function showJson(json: unknown): string {
  if (json instanceof JsonNumber) return json.text;
  return json instanceof Map ? `an object with fields ${[...json.keys()].join(', ')}` : show(json);
}

/** Adds where it happened to an error from inside. */
function inside<T>(key: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const path = error.path === '' ? key : error.path.startsWith('[') ? key + error.path : `${key}.${error.path}`;
    const reason = error.message.slice(error.message.indexOf('): ') + 3);
    throw new ValueError({
      code: error.code as ValueError['code'] & 'E_VALUE_TYPE',
      type: error.type,
      path,
      value: error.value,
      reason,
    });
  }
}

function build(type: AlgebraicType): JsonCodec {
  const form = formOf(type);
  switch (form) {
    case 'Bytes':
      return bytesCodec(type);
    case 'Array':
      return arrayCodec(type as ArrayType);
    case 'Option':
      return optionCodec(type as SumType);
    case 'Result':
    case 'Sum':
      return sumCodec(type as SumType, form === 'Result');
    case 'Product':
      return productCodec(type as ProductType);
    case 'Identity':
    case 'ConnectionId':
    case 'Timestamp':
    case 'TimeDuration':
    case 'Uuid':
      return wrapperCodec(type as ProductType, WRAPPERS[form]);
    default:
      return primitiveCodec(type, form);
  }
}

function primitiveCodec(type: AlgebraicType, form: TypeForm): JsonCodec {
  const check = CHECK_OF_TAG[form as PrimitiveTag] as CheckMethod;
  const checked = (value: unknown): unknown => (checker[check] as (value: unknown) => unknown)(value);
  switch (form) {
    case 'Bool':
      return { write: (value) => String(checked(value)), read: checked };
    case 'String':
      return { write: (value) => JSON.stringify(checked(value)), read: checked };
    case 'F32':
    case 'F64':
      return {
        write: (value) => JSON.stringify(checked(value)),
        read(json) {
          if (json === null) return Number.NaN;
          if (!(json instanceof JsonNumber)) return wrong(type, 'a number', json);
          const number = Number(json.text);
          return form === 'F32' ? checkF32(number) : number;
        },
      };
    case 'U256':
    case 'I256':
      return {
        write: (value) => `"${hexText(checked(value) as bigint)}"`,
        read: (json) => checked(bigOfHexText(type, json)),
      };
    case 'I64':
    case 'U64':
    case 'I128':
    case 'U128':
      return { write: (value) => String(checked(value)), read: (json) => checked(integer(type, json)) };
    default:
      return { write: (value) => String(checked(value)), read: (json) => checked(Number(integer(type, json))) };
  }
}

function integer(type: AlgebraicType, json: Json): bigint {
  if (!(json instanceof JsonNumber)) return wrong(type, 'a number', json);
  if (!/^-?\d{1,80}$/.test(json.text)) return wrong(type, 'a whole number', json);
  return BigInt(json.text);
}

function hexText(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function bigOfHexText(type: AlgebraicType, json: Json): bigint {
  if (typeof json !== 'string' || !/^-?0x[0-9a-f]{1,64}$/i.test(json))
    return wrong(type, 'a hex text like "0x1f"', json);
  return json.startsWith('-') ? -BigInt(json.slice(1)) : BigInt(json);
}

function bytesCodec(type: AlgebraicType): JsonCodec {
  return {
    write: (value) => `"${toHex(checker.byteArray(value))}"`,
    read(json) {
      if (Array.isArray(json))
        return Uint8Array.from(json, (item) => checker.u8(item instanceof JsonNumber ? Number(item.text) : item));
      const bytes = typeof json === 'string' ? fromHex(json) : undefined;
      return bytes ?? wrong(type, 'a hex text or an array of numbers', json);
    },
  };
}

function arrayCodec(type: ArrayType): JsonCodec {
  const element = jsonCodecOf(type.element);
  return {
    write: (value) =>
      `[${checker
        .array(value)
        .map((item, i) => inside(`[${i}]`, () => element.write(item)))
        .join(',')}]`,
    read(json) {
      if (!Array.isArray(json)) return wrong(type, 'an array', json);
      return json.map((item, i) => inside(`[${i}]`, () => element.read(item)));
    },
  };
}

function optionCodec(type: SumType): JsonCodec {
  const some = jsonCodecOf(someOf(type));
  return {
    write: (value) => (value === undefined || value === null ? '{"none":[]}' : `{"some":${some.write(value)}}`),
    read(json) {
      if (json === null) return undefined;
      const [index, payload] = variantOf(type, json);
      return index === 0 ? some.read(payload) : undefined;
    },
  };
}

function sumCodec(type: SumType, isResult: boolean): JsonCodec {
  const names = variantNames(type);
  const payloads = type.variants.map((variant) => jsonCodecOf(variant.type));
  return {
    write(value) {
      const sum = checkObject(value, typeName(type));
      const name = isResult ? names.find((candidate) => candidate in sum) : sum.tag;
      const index = names.indexOf(name as string);
      if (index < 0) checker.unknownVariant(typeName(type), value, names);
      const payload = isResult ? sum[names[index]!] : sum.value;
      return `{${JSON.stringify(names[index])}:${inside(names[index]!, () => payloads[index]!.write(payload))}}`;
    },
    read(json) {
      const [index, payload] = variantOf(type, json);
      const name = names[index]!;
      const value = inside(name, () => payloads[index]!.read(payload));
      return isResult ? { [name]: value } : { tag: name, value };
    },
  };
}

/** `{"Name": v}`, `{"2": v}` or `[2, v]` (wire.md 1.2). */
function variantOf(type: SumType, json: Json): [number, Json] {
  const names = variantNames(type);
  let tag: Json | undefined;
  let payload: Json | undefined;
  if (json instanceof Map && json.size === 1) [[tag, payload]] = [...json] as [[Json, Json]];
  else if (Array.isArray(json) && json.length === 2) [tag, payload] = json as [Json, Json];
  if (tag === undefined || payload === undefined) return wrong(type, `one of ${names.join(', ')}`, json);
  const text = tag instanceof JsonNumber ? tag.text : tag;
  let index = names.indexOf(text as string);
  if (index < 0 && typeof text === 'string' && /^\d{1,3}$/.test(text)) index = Number(text);
  if (index < 0 || index >= names.length) return checker.unknownVariant(typeName(type), text, names);
  return [index, payload];
}

function productCodec(type: ProductType): JsonCodec {
  const { elements } = type;
  const fields = elements.map((element) => jsonCodecOf(element.type));
  return {
    write(value) {
      if (elements.length === 0) return '[]';
      const row = checkObject(value, typeName(type));
      const parts = elements.map((element, i) => {
        return `${JSON.stringify(element.name)}:${inside(element.key, () => fields[i]!.write(row[element.key]))}`;
      });
      return `{${parts.join(',')}}`;
    },
    read(json) {
      const items = itemsOf(type, json);
      const row: Record<string, unknown> = {};
      elements.forEach((element, i) => {
        row[element.key] = inside(element.key, () => fields[i]!.read(items[i]!));
      });
      return row;
    },
  };
}

/** The fields of a product in declared order, from an array or from an object by name. */
function itemsOf(type: ProductType, json: Json): readonly Json[] {
  const { elements } = type;
  if (Array.isArray(json)) {
    return json.length === elements.length ? json : wrong(type, `${elements.length} fields`, json);
  }
  if (!(json instanceof Map)) return wrong(type, 'an object or an array', json);
  const unknown = [...json.keys()].find((name) => !elements.some((element) => element.name === name));
  if (unknown !== undefined) return wrong(type, `no field ${show(unknown)}`, json);
  return elements.map((element) => {
    const item = json.get(element.name);
    if (item === undefined && formOf(element.type) === 'Option') return null;
    return item === undefined ? wrong(type, `a field ${show(element.name)}`, json) : item;
  });
}

interface Wrapper {
  inner(value: unknown): bigint;
  outer(value: bigint): unknown;
}

const WRAPPERS: Readonly<Record<'Identity' | 'ConnectionId' | 'Timestamp' | 'TimeDuration' | 'Uuid', Wrapper>> = {
  Identity: { inner: (value) => checker.identity(value).toBigInt(), outer: (value) => new Identity(value) },
  ConnectionId: { inner: (value) => checker.connectionId(value).toBigInt(), outer: (value) => new ConnectionId(value) },
  Timestamp: {
    inner: (value) => checker.timestamp(value).microsSinceUnixEpoch,
    outer: (value) => new Timestamp(value),
  },
  TimeDuration: { inner: (value) => checker.timeDuration(value).micros, outer: (value) => new TimeDuration(value) },
  Uuid: { inner: (value) => checker.uuid(value).__uuid__, outer: (value) => new Uuid(value) },
};

/** `{"__identity__":"0x…"}` or `["0x…"]`: the JSON of the number inside, wrapped. */
function wrapperCodec(type: ProductType, wrapper: Wrapper): JsonCodec {
  const only = type.elements[0]!;
  const number = jsonCodecOf(only.type);
  const isHex = only.type.tag === 'U256';
  return {
    write(value) {
      const inner = wrapper.inner(value);
      // Identities are written in full: their leading zeros are part of their name.
      const text = isHex ? `"0x${inner.toString(16).padStart(64, '0')}"` : number.write(inner);
      return `{${JSON.stringify(only.name)}:${text}}`;
    },
    read: (json) => wrapper.outer(number.read(itemsOf(type, json)[0]!) as bigint),
  };
}

const JSON_DEPTH = 256; // deeper than any declared type may nest, far from the stack's end

/** Parses JSON, keeping numbers as text and objects as maps. @throws SyntaxError saying where */
export function parseJson(text: string): Json {
  let at = 0;
  let depth = 0;

  function refuse(reason: string): never {
    throw new SyntaxError(`Not JSON: ${reason} at character ${at}`);
  }

  function space(): void {
    while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++;
  }

  function value(): Json {
    space();
    const char = text[at];
    if (char === '{') return nested(object);
    if (char === '[') return nested(array);
    if (char === '"') return string();
    const rest = text.slice(at, at + 128);
    const word = /^(?:true|false|null)\b/.exec(rest)?.[0];
    if (word !== undefined) {
      at += word.length;
      return word === 'null' ? null : word === 'true';
    }
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
    if (number === undefined) refuse(at >= text.length ? 'it ends too early' : `unexpected ${show(char)}`);
    at += number.length;
    return new JsonNumber(number);
  }

  function nested<T>(read: () => T): T {
    if (++depth > JSON_DEPTH) refuse(`nested deeper than ${JSON_DEPTH}`);
    const result = read();
    depth--;
    return result;
  }

  function string(): string {
    const match = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
    match.lastIndex = at;
    const found = match.exec(text)?.[0];
    if (found === undefined) refuse('a string without an end');
    at += found.length;
    return JSON.parse(found) as string;
  }

  function array(): Json[] {
    const items: Json[] = [];
    at++;
    space();
    if (text[at] === ']') {
      at++;
      return items;
    }
    for (;;) {
      items.push(value());
      space();
      const next = text[at++];
      if (next === ']') return items;
      if (next !== ',') refuse('expected , or ]');
    }
  }

  function object(): Map<string, Json> {
    const entries = new Map<string, Json>();
    at++;
    space();
    if (text[at] === '}') {
      at++;
      return entries;
    }
    for (;;) {
      space();
      if (text[at] !== '"') refuse('expected a field name');
      const name = string();
      if (entries.has(name)) refuse(`field ${show(name)} stands there twice`);
      space();
      if (text[at++] !== ':') refuse('expected :');
      entries.set(name, value());
      space();
      const next = text[at++];
      if (next === '}') return entries;
      if (next !== ',') refuse('expected , or }');
    }
  }

  const result = value();
  space();
  if (at < text.length) refuse('something stands behind the value');
  return result;
}
