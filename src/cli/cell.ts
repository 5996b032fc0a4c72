import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  isUnit,
  type Json,
  jsonCodecOf,
  type ProductType,
  type SumType,
  type Timestamp,
  toHex,
} from '../values/index.ts';

/** A value of a query's answer as `sql` shows it (`api.md` 6.3). @param json as the host writes it, by position */
export function cellText(type: AlgebraicType, json: Json): string {
  return shown(type, jsonCodecOf(type).read(json, true));
}

function shown(type: AlgebraicType, value: unknown): string {
  const form = formOf(type);
  switch (form) {
    case 'String':
      return quoted(value as string);
    case 'Bytes':
      return `0x${toHex(value as Uint8Array)}`;
    case 'Identity':
    case 'ConnectionId':
      return `0x${(value as { toHexString(): string }).toHexString()}`;
    case 'Uuid':
      return JSON.stringify(String(value));
    case 'Timestamp':
      return timestampText(value as Timestamp);
    case 'Array':
      return `[${(value as readonly unknown[]).map((item) => shown((type as ArrayType).element, item)).join(', ')}]`;
    case 'Option': {
      const [some] = (type as SumType).variants;
      return value === undefined ? '(none = ())' : `(some = ${shown(some!.type, value)})`;
    }
    case 'Result':
    case 'Sum':
      return variantText(type as SumType, value);
    case 'Product':
      return productText(type as ProductType, value as Readonly<Record<string, unknown>>);
    default:
      return String(value); // numbers, booleans, durations
  }
}

function variantText(type: SumType, value: unknown): string {
  const sum = value as Readonly<Record<string, unknown>>;
  const name = formOf(type) === 'Result' ? Object.keys(sum)[0]! : (sum.tag as string);
  const payload = formOf(type) === 'Result' ? sum[name] : sum.value;
  const variant = type.variants.find((candidate) => candidate.name === name)!;
  return `(${name} = ${shown(variant.type, payload)})`;
}

function productText(type: ProductType, value: Readonly<Record<string, unknown>>): string {
  if (isUnit(type)) return '()';
  return `(${type.elements.map(({ name, key, type: field }) => `${name} = ${shown(field, value[key])}`).join(', ')})`;
}

/** In quotes. Control characters that JSON leaves as they are would reach the terminal. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

const MAX_DATE_MICROS = 8_640_000_000_000_000_000n; // what a Date holds on either side of the epoch; 64 bits hold more

/** `2025-04-08T15:47:46.935402+00:00`; a fraction of zero is left out. Beyond any calendar: the microseconds. */
function timestampText(timestamp: Timestamp): string {
  const micros = timestamp.microsSinceUnixEpoch;
  if (micros > MAX_DATE_MICROS || micros < -MAX_DATE_MICROS) return String(micros);
  return timestamp.toISOString().replace(/(\.000000)?Z$/, '+00:00');
}
