// In place of types, `t` and their builders in the lean build: bindings bring decoders, so of a type only its name is needed.

type Parts = Readonly<Record<string, LeanType>>;

/** A declared type: its name, what it is made of, and what bindings say of it as a column. */
export class LeanType {
  readonly tag: string | undefined;
  /** What it is made of. */
  readonly fields: unknown;
  readonly meta: Readonly<Record<string, unknown>>;

  constructor(tag: string | undefined, fields?: unknown, meta: Readonly<Record<string, unknown>> = {}) {
    this.tag = tag;
    this.fields = fields;
    this.meta = meta;
  }

  get algebraicType(): this {
    return this;
  }

  primaryKey(): LeanType {
    return new LeanType(this.tag, this.fields, { ...this.meta, primaryKey: true });
  }

  name(name: string): LeanType {
    return new LeanType(this.tag, this.fields, { ...this.meta, name });
  }
}

/** `t.u8()`, `t.object('Point', { ... })`: the last argument is what a type is made of. */
export const t = /* @__PURE__ */ new Proxy(
  {},
  {
    get:
      (_, tag: string) =>
      (...parts: unknown[]) =>
        new LeanType(tag, parts.at(-1)),
  },
);

/** Columns or parameters. */
export function elementsOf(
  fields: Parts,
  wireName: (key: string) => string = (key) => key,
): { name: unknown; key: string; type: LeanType }[] {
  return Object.entries(fields).map(([key, type]) => ({ name: type.meta.name ?? wireName(key), key, type }));
}

/** Forms matter to none but types' walkers. */
export function formOf(): undefined {
  return undefined;
}

/** What stands for a value in a Map: the value, or the text or number it holds. */
export function keyOf({ tag: name, fields }: LeanType): (value: unknown) => unknown {
  // Enums are in the order of their variants.
  const variants = name === 'enum' && (Array.isArray(fields) ? fields : Object.keys(fields as object));
  if (variants) return (value) => variants.indexOf((value as { tag: string }).tag);
  return (value) => {
    if (typeof value !== 'object') return value;
    if (value instanceof Uint8Array) return String.fromCharCode(...value);
    const {
      hex,
      __timestamp_micros_since_unix_epoch__: sent,
      __time_duration_micros__: took,
      __uuid__,
      tag,
    } = value as Record<string, unknown>;
    return hex ?? sent ?? took ?? __uuid__ ?? tag;
  };
}
