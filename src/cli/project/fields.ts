import { type Json5Object, type Located, wrong } from './json5.ts';

/** What a field may hold, in words. */
const KINDS = {
  text: (value: unknown) => typeof value === 'string' && value !== '',
  flag: (value: unknown) => typeof value === 'boolean',
  number: (value: unknown) => typeof value === 'number',
  list: (value: unknown) => Array.isArray(value),
  object: (value: unknown) => value === null || value instanceof Map,
  any: () => true,
} as const;
export type Kind = keyof typeof KINDS;

const WORDS: Readonly<Record<Kind, string>> = {
  text: 'a text in quotes',
  flag: 'true or false',
  number: 'a number',
  list: 'a list: [...]',
  object: 'an object: {...}',
  any: 'there',
};

/** The fields of an object in a project's file. Asking for one checks it. */
export class Fields {
  readonly at: string;
  readonly #fields: Json5Object;

  /** @throws SpacetickError E_PROJECT when there is no object */
  constructor({ at, value }: Located) {
    if (!(value instanceof Map)) throw wrong(at, `here is to be ${WORDS.object}.`);
    this.at = at;
    this.#fields = value;
  }

  /** Whether it is there; nothing (null) and no text are not. */
  has(name: string): boolean {
    const value = this.#fields.get(name)?.value ?? null;
    return value !== null && value !== '';
  }

  text(name: string): string | undefined {
    return this.#get(name, 'text') as string | undefined;
  }

  flag(name: string): boolean | undefined {
    return this.#get(name, 'flag') as boolean | undefined;
  }

  list(name: string): readonly Located[] {
    return (this.#get(name, 'list') as readonly Located[] | undefined) ?? [];
  }

  object(name: string): Fields | undefined {
    return this.#get(name, 'object') === undefined ? undefined : new Fields(this.#fields.get(name)!);
  }

  /** Where a field stands; the object itself when it is not there. */
  placeOf(name: string): string {
    return this.#fields.get(name)?.at ?? this.at;
  }

  /** These, and those of another object that are not here. @param may which of the others */
  inheriting(other: Fields, may: (name: string) => boolean): Fields {
    const inherited = [...other.#fields].filter(([name]) => may(name));
    return new Fields({ at: this.at, value: new Map([...inherited, ...this.#fields]) });
  }

  /** @returns a line for each field that nobody knows. @throws SpacetickError E_PROJECT for one of another kind */
  check(known: Readonly<Record<string, Kind>>): string[] {
    const unknown: string[] = [];
    for (const [name, { at }] of this.#fields) {
      const kind = Object.hasOwn(known, name) ? known[name] : undefined;
      if (kind === undefined) unknown.push(`${at}: the field ${name} is not known here, and not looked at.`);
      else this.#get(name, kind);
    }
    return unknown;
  }

  #get(name: string, kind: Kind): unknown {
    const field = this.#fields.get(name);
    if (field === undefined || (kind === 'object' && field.value === null)) return undefined;
    if (!KINDS[kind](field.value)) throw wrong(field.at, `${name} is to be ${WORDS[kind]}.`);
    return field.value;
  }
}
