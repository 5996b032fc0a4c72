import { messageOf } from './messages.ts';

/**
 * Every error this package raises on purpose. `code` is stable (catalogue: `docs/errors.md`); the message says what
 * happened, the likely cause and what to do.
 */
export class SpacetickError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(messageOf(code, message), options);
    this.name = 'SpacetickError';
    this.code = code;
  }
}

/** What a `ValueError` is about: the type as written in a declaration, the path from the outermost value, the value. */
export interface ValueProblem {
  code: 'E_VALUE_TYPE' | 'E_VALUE_RANGE' | 'E_VALUE_VARIANT' | 'E_VALUE_UTF8' | 'E_VALUE_TRUNCATED' | 'E_VALUE_LIMIT';
  /** Why the value does not fit, without its path: "300 is out of range 0..255". */
  reason: string;
  /** e.g. `u8`, `Ship`, `array<u16>`. */
  type: string;
  /** e.g. `ship.hull[3].hp`; empty when the value itself is at fault. */
  path: string;
  value: unknown;
}

/** A value that does not fit its type, or bytes that do not hold one. Nothing was written or half-read. */
export class ValueError extends SpacetickError {
  declare readonly code: ValueProblem['code'];
  declare readonly type: string;
  declare readonly path: string;
  declare readonly value: unknown;
  /** The message without path and type. */
  declare readonly reason: string;

  constructor(problem: ValueProblem) {
    const detail = `${problem.path === '' ? 'value' : problem.path} (${problem.type})`;
    super(problem.code, `${detail}: ${problem.reason}`);
    this.name = 'ValueError';
    Object.assign(this, problem);
  }
}

/** For those who do not know where the value stands: whoever does puts the path in. @throws ValueError */
export function fail(code: ValueProblem['code'], type: string, value: unknown, reason: string): never {
  throw new ValueError({ code, type, path: '', value, reason });
}

const SHOWN_CHARS = 64; // a whole identity, and short enough for one log line
/** The one field of Identity and ConnectionId, Uuid, Timestamp, TimeDuration: people know them by their text. */
const KNOWN_BY_TEXT: ReadonlySet<string> = new Set([
  'hex',
  '__uuid__',
  '__timestamp_micros_since_unix_epoch__',
  '__time_duration_micros__',
]);

/** A value as error texts show it: short, on one line, never throwing. */
export function show(value: unknown): string {
  let text: string;
  if (typeof value === 'string') text = JSON.stringify(value.slice(0, SHOWN_CHARS));
  else if (typeof value === 'bigint') text = `${value}n`;
  else if (ArrayBuffer.isView(value)) text = `${value.byteLength} bytes`;
  else if (Array.isArray(value)) text = `an array of ${value.length}`;
  else if (typeof value === 'function') text = 'a function';
  else if (typeof value === 'object' && value !== null) text = textOf(value) ?? `an object with ${keysOf(value)}`;
  else text = String(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function textOf(value: object): string | undefined {
  const keys = Object.keys(value);
  if (keys.length !== 1 || !KNOWN_BY_TEXT.has(keys[0]!) || Object.getPrototypeOf(value) === Object.prototype)
    return undefined;
  try {
    return String(value);
  } catch {
    return undefined; // somebody else's class, or a time beyond the calendar
  }
}

function keysOf(value: object): string {
  const keys = Object.keys(value);
  return keys.length === 0 ? 'no fields' : `fields ${keys.join(', ')}`;
}
