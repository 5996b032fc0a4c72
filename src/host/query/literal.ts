import type { Literal } from '../../schema/index.ts';
import { sqlError } from '../../schema/index.ts';
import {
  type AlgebraicType,
  ConnectionId,
  formOf,
  fromHex,
  Identity,
  Timestamp,
  typeName,
  Uuid,
} from '../../values/index.ts';

const INTEGER = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const RFC3339 = /^(\d{4}-\d{2}-(\d{2}))[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * A literal as a value of a column's type: literals are typed by the column (`api.md` 5.2).
 * @throws SpacetickError E_SQL
 */
export function typedLiteral(literal: Literal, type: AlgebraicType): unknown {
  const value = literalValue(literal, type);
  if (value !== undefined) return value;
  const comparable = isComparable(type);
  throw sqlError(
    comparable
      ? `The literal expression \`${literal.text}\` cannot be parsed as type \`${typeName(type)}\``
      : `Literal values for type ${typeName(type)} are not supported`,
  );
}

/** `:sender` as a value of a column's type: an identity, or its bytes as they are written in hex. */
export function senderValue(type: AlgebraicType, sender: Identity): unknown {
  const form = formOf(type);
  if (form === 'Identity') return sender;
  if (form === 'Bytes') return fromHex(sender.hex);
  throw sqlError(`Unexpected type: (expected) ${typeName(type)} != identity (inferred)`);
}

/** Types that SQL may compare. */
export function isComparable(type: AlgebraicType): boolean {
  switch (formOf(type)) {
    case 'Array':
    case 'Product':
    case 'Sum':
    case 'Option':
    case 'Result':
    case 'TimeDuration':
      return false;
    default:
      return true;
  }
}

/** The literal as a value of the type; undefined when it cannot be one. */
function literalValue(literal: Literal, type: AlgebraicType): unknown {
  const form = formOf(type);
  const { text } = literal;
  if (form === 'Bool') return literal.form === 'bool' ? text === 'TRUE' : undefined;
  if (literal.form === 'bool') return undefined;
  if (literal.form === 'hex' && (/^[UI]\d/.test(form) || /^F\d/.test(form) || form === 'Timestamp')) return undefined;
  switch (form) {
    case 'String':
      return literal.form === 'hex' ? `0x${text}` : text;
    case 'F32':
    case 'F64':
      return NUMBER.test(text) ? (form === 'F32' ? Math.fround(Number(text)) : Number(text)) : undefined;
    case 'Bytes':
      return fromHex(bareHex(text));
    case 'Identity':
      return bareHex(text).length === 64 && fromHex(bareHex(text)) ? new Identity(bareHex(text)) : undefined;
    case 'ConnectionId':
      return bareHex(text).length === 32 && fromHex(bareHex(text)) ? new ConnectionId(bareHex(text)) : undefined;
    case 'Uuid': {
      const hex = bareHex(text).replaceAll('-', '');
      return hex.length === 32 && fromHex(hex) ? Uuid.parse(hex) : undefined;
    }
    case 'Timestamp':
      return timestampOf(text);
    default:
      return isComparable(type) ? integerOf(text, form) : undefined;
  }
}

function bareHex(text: string): string {
  return /^0x/i.test(text) ? text.slice(2) : text;
}

/** Digits, sign and scientific notation, when integral and in range of the type. */
function integerOf(text: string, form: string): number | bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return undefined;
  // The point moved behind the last digit, then by the exponent: what falls off must be zeros.
  const shift = Number(exponent) - fraction.length;
  const digits = whole + fraction;
  const kept = shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift);
  if (shift < 0 && !/^0*$/.test(digits.slice(shift))) return undefined;
  const value = BigInt(`${kept === '' ? '0' : kept}`) * (sign === '-' ? -1n : 1n);
  const bits = Number(form.slice(1));
  const fits = form.startsWith('U') ? BigInt.asUintN(bits, value) === value : BigInt.asIntN(bits, value) === value;
  if (!fits) return undefined;
  return bits <= 32 ? Number(value) : value;
}

function timestampOf(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, date, day, time, fraction = '', zone] = match;
  const seconds = Date.parse(`${date}T${time}${zone!.toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  // `Date.parse` takes the 31st of February for the 2nd of March.
  if (new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  return new Timestamp(BigInt(seconds) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')));
}
