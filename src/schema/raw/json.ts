import { SpacetickError } from '../../values/index.ts';

// Reading the description of a module that somebody else wrote: each step says what it expects.

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws SpacetickError E_MODULE_DEF */
export function refuse(what: string, found: unknown): never {
  throw new SpacetickError(
    'E_MODULE_DEF',
    `The description of the module cannot be read: ${what} expected, found ${JSON.stringify(found)?.slice(0, 80)}. ` +
      'It is no RawModuleDef of version 9 or 10.',
  );
}

export function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return refuse(what, value);
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(what, value);
}

export function textOf(value: unknown, what: string): string {
  return typeof value === 'string' ? value : refuse(what, value);
}

export function numberOf(value: unknown, what: string): number {
  return typeof value === 'number' ? value : refuse(what, value);
}

/** The one variant of a sum: `{ "Ref": 5 }` is `['Ref', 5]`. */
export function variantOf(value: unknown, what: string): readonly [string, unknown] {
  const [entry, ...rest] = Object.entries(objectOf(value, what));
  return entry === undefined || rest.length > 0 ? refuse(what, value) : entry;
}

/** An option's value; null and nothing are none. */
export function optionOf(value: unknown, what: string): unknown {
  if (value === undefined || value === null) return undefined;
  const [tag, inner] = variantOf(value, what);
  return tag === 'some' ? inner : undefined;
}
