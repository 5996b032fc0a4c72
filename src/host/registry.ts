import { type Identity, SpacetickError } from '../values/index.ts';
import type { Database } from './database.ts';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/; // as the real system (wire.md 2.1)
const MAX_NAME_CHARS = 128;
const IDENTITY_TEXT = /^(0x)?[0-9a-f]{64}$/i;

/** A database with whom it belongs to and what it is called. */
export interface Entry {
  database: Database;
  readonly owner: Identity;
  /** In the order they were given; a database may have none. */
  names: readonly string[];
  /** A locked database is neither deleted nor emptied. */
  isLocked: boolean;
}

/** Who owns which database under which names. */
export class Registry {
  readonly #byIdentity = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry>();

  get entries(): Entry[] {
    return [...this.#byIdentity.values()];
  }

  /** @param nameOrIdentity a name, or 64 hex digits with or without `0x` */
  find(nameOrIdentity: string): Entry | undefined {
    return this.#byName.get(nameOrIdentity) ?? this.#byIdentity.get(nameOrIdentity.replace(/^0x/i, '').toLowerCase());
  }

  /** The entry of a database of this host. */
  of(database: Database): Entry {
    return this.#byIdentity.get(database.identity.hex)!; // there until it is deleted
  }

  add(entry: Entry): void {
    this.#byIdentity.set(entry.database.identity.hex, entry);
    for (const name of entry.names) this.#byName.set(name, entry);
  }

  delete(entry: Entry): void {
    this.#byIdentity.delete(entry.database.identity.hex);
    for (const name of entry.names) this.#byName.delete(name);
  }

  /**
   * Gives a database these names and no others. It is called by the first of them.
   * @throws SpacetickError E_DATABASE_NAME, E_NOT_OWNER, E_NAME_TAKEN; nothing is changed then
   */
  rename(entry: Entry, names: readonly string[]): void {
    for (const name of names) this.#checkFree(entry, name);
    for (const name of entry.names) this.#byName.delete(name);
    entry.names = [...new Set(names)];
    for (const name of entry.names) this.#byName.set(name, entry);
    entry.database.name = entry.names[0] ?? entry.database.identity.hex;
  }

  #checkFree(entry: Entry, name: string): void {
    checkName(name);
    const holder = this.#byName.get(name);
    if (holder === undefined || holder === entry) return;
    if (holder.owner.hex !== entry.owner.hex) {
      throw new SpacetickError('E_NOT_OWNER', `The name ${name} belongs to somebody else's database.`);
    }
    throw new SpacetickError(
      'E_NAME_TAKEN',
      `The name ${name} is that of another database of yours. Rename or delete that one first.`,
    );
  }
}

/** True for what is an identity of a database and thus never its name. */
export function isIdentityText(text: string): boolean {
  return IDENTITY_TEXT.test(text);
}

/** @throws SpacetickError E_DATABASE_NAME */
export function checkName(name: string): void {
  if (NAME.test(name) && name.length <= MAX_NAME_CHARS && !isIdentityText(name)) return;
  throw new SpacetickError(
    'E_DATABASE_NAME',
    `${JSON.stringify(name)} cannot be a database's name: lowercase letters and digits, in groups joined by single ` +
      `hyphens (comet-run), at most ${MAX_NAME_CHARS} characters.`,
  );
}
