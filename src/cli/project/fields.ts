import { nearest } from '../../host/index.ts';
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

  /** @returns a line for each field that is not among these */
  unknown(known: Readonly<Record<string, Kind>>): string[] {
    const names = Object.keys(known);
    return [...this.#fields].flatMap(([name, { keyAt }]) => {
      if (names.includes(name)) return [];
      const near = nearest(name, names);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      return [`${keyAt}: the field ${name} is not known here, and not looked at.${hint}`];
    });
  }

  /** Objects that a field holds, alone or in a list; whatever else it holds is not looked at. */
  within(name: string): readonly Fields[] {
    const field = this.#fields.get(name);
    if (field === undefined) return [];
    const all: readonly Located[] = Array.isArray(field.value) ? field.value : [field];
    return all.filter(({ value }) => value instanceof Map).map((object) => new Fields(object));
  }

  /** @throws SpacetickError E_PROJECT for a field of another kind */
  check(known: Readonly<Record<string, Kind>>): void {
    for (const name of this.#fields.keys()) if (Object.hasOwn(known, name)) this.#get(name, known[name]!);
  }

  #get(name: string, kind: Kind): unknown {
    const field = this.#fields.get(name);
    if (field === undefined || (kind === 'object' && field.value === null)) return undefined;
    if (!KINDS[kind](field.value)) throw wrong(field.at, `${name} is to be ${WORDS[kind]}.`);
    return field.value;
  }
}
