import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  type ProductType,
  type SumType,
  typeName,
} from './algebraic-type.ts';
import { checkArray, checkObject, unknownVariant } from './check.ts';
import { isRecursive, someOf, variantNames } from './codec/shape.ts';
import { SpacetickError, show, ValueError } from './errors.ts';
import { type JsonCodec, scalarCodec, specialCodec, wrongJson } from './json-scalar.ts';
import { type Json, JsonNumber, parseJson } from './json-text.ts';
import { Nesting } from './nesting.ts';

/*
 * SATS-JSON (`wire.md` 1.2) as text: `stringify` and `parse` rather than objects, because integers beyond 2^53 are JSON
 * numbers there and JavaScript's `JSON.parse` rounds them. NaN and the infinities become null, which as an argument is no
 * number (`wire.md` 1.2) and in a host's answer is read as NaN; -0 becomes 0, and an option inside an option cannot be told from its inside: JSON has no form for them.
 */

const codecs = new WeakMap<AlgebraicType, JsonCodec>();

/** SATS-JSON of one value. @throws ValueError naming type, path and value */
export function toSatsJson(type: AlgebraicType, value: unknown): string {
  return jsonCodecOf(type).write(value);
}

/** One value from SATS-JSON text. @throws ValueError; SpacetickError E_JSON_INVALID when it is not JSON */
export function fromSatsJson(type: AlgebraicType, text: string): unknown {
  return jsonCodecOf(type).read(parseJson(text));
}

/** The JSON codec of a type: closures, built on first use and kept with the type. JSON is on no hot path. */
export function jsonCodecOf(type: AlgebraicType): JsonCodec {
  const known = codecs.get(type);
  if (known !== undefined) return known;
  const codec: JsonCodec = { write: notBuilt, read: notBuilt };
  codecs.set(type, codec); // registered before it is filled, so that a recursive type finds itself
  Object.assign(codec, isRecursive(type) ? counted(build(type)) : build(type));
  return codec;
}

function notBuilt(): never {
  throw new SpacetickError('E_SCHEMA', 'This type has no JSON codec: its declaration failed earlier. Fix that error.');
}

const nesting = new Nesting();

/** Counts the levels of a recursive type. */
function counted(codec: JsonCodec): JsonCodec {
  const inLevel = <T>(step: () => T): T => {
    nesting.enter();
    try {
      return step();
    } finally {
      nesting.leave();
    }
  };
  return {
    write: (value) => inLevel(() => codec.write(value)),
    read: (json, nullIsNaN) => inLevel(() => codec.read(json, nullIsNaN)),
  };
}

/** Adds where it happened to an error from inside. */
function inside<T>(key: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const path = error.path === '' || error.path.startsWith('[') ? key + error.path : `${key}.${error.path}`;
    const { code, type, value, reason } = error;
    throw new ValueError({ code, type, path, value, reason });
  }
}

function build(type: AlgebraicType): JsonCodec {
  const form = formOf(type);
  switch (form) {
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
      return specialCodec(type as ProductType, form);
    default:
      return scalarCodec(type, form);
  }
}

function arrayCodec(type: ArrayType): JsonCodec {
  const element = jsonCodecOf(type.element);
  return {
    write(value) {
      const texts = Array.from(checkArray(value), (item, i) => inside(`[${i}]`, () => element.write(item)));
      return `[${texts.join(',')}]`;
    },
    read(json, nullIsNaN) {
      if (!Array.isArray(json)) return wrongJson(type, 'an array', json);
      return json.map((item, i) => inside(`[${i}]`, () => element.read(item, nullIsNaN)));
    },
  };
}

function optionCodec(type: SumType): JsonCodec {
  const some = jsonCodecOf(someOf(type));
  return {
    write: (value) => (value === undefined || value === null ? '{"none":[]}' : `{"some":${some.write(value)}}`),
    read(json, nullIsNaN) {
      if (json === null) return undefined;
      const [index, payload] = variantOf(type, json);
      return index === 0 ? some.read(payload, nullIsNaN) : undefined;
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
      if (index < 0) return unknownVariant(typeName(type), value, names);
      const payload = isResult ? sum[names[index]!] : sum.value;
      return `{${JSON.stringify(names[index])}:${inside(names[index]!, () => payloads[index]!.write(payload))}}`;
    },
    read(json, nullIsNaN) {
      const [index, payload] = variantOf(type, json);
      const name = names[index]!;
      const value = inside(name, () => payloads[index]!.read(payload, nullIsNaN));
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
  if (tag === undefined || payload === undefined) return wrongJson(type, `one of ${names.join(', ')}`, json);
  const text = tag instanceof JsonNumber ? tag.text : tag;
  let index = names.indexOf(text as string);
  if (index < 0 && typeof text === 'string' && /^\d{1,3}$/.test(text)) index = Number(text);
  if (index < 0 || index >= names.length) return unknownVariant(typeName(type), text, names);
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
    read(json, nullIsNaN) {
      const items = itemsOf(type, json);
      const row: Record<string, unknown> = {};
      elements.forEach((element, i) => {
        row[element.key] = inside(element.key, () => fields[i]!.read(items[i]!, nullIsNaN));
      });
      return row;
    },
  };
}

/** The fields of a product in declared order, from an array or from an object by name. */
function itemsOf(type: ProductType, json: Json): readonly Json[] {
  const { elements } = type;
  if (Array.isArray(json)) {
    return json.length === elements.length ? json : wrongJson(type, `${elements.length} fields`, json);
  }
  if (!(json instanceof Map)) return wrongJson(type, 'an object or an array', json);
  const unknown = [...json.keys()].find((name) => !elements.some((element) => element.name === name));
  if (unknown !== undefined) return wrongJson(type, `no field ${show(unknown)}`, json);
  return elements.map((element) => {
    const item = json.get(element.name);
    if (item === undefined && formOf(element.type) === 'Option') return null;
    return item === undefined ? wrongJson(type, `a field ${show(element.name)}`, json) : item;
  });
}
