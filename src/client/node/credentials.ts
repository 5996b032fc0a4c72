import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BsatnReader, BsatnWriter, SpacetickError } from '../../values/index.ts';
import type { Credentials, CredentialsFile } from '../credentials.ts';

const FOLDER = '.spacetimedb_client_credentials'; // in the home directory, as SpacetimeDB's Rust client does
const OWNER_ONLY = 0o600; // whoever can read a token is that player
const OWNER_ONLY_FOLDER = 0o700;
const TOKEN = /^[\w-]+(\.[\w-]+){2}$/; // a JSON Web Token, as somebody pastes it

/** A file's content: BSATN of a product of one string (`api.md` 1.1). */
function contentOf(token: string): Uint8Array {
  const writer = new BsatnWriter();
  writer.string(token);
  return writer.finish();
}

/** @throws when it is something else */
function tokenOf(content: Uint8Array): string {
  const reader = new BsatnReader(content);
  const token = reader.string();
  if (reader.remaining > 0) throw new Error('More than a token.');
  return token;
}

class TokenFile implements CredentialsFile {
  readonly path: string;

  constructor(key: string) {
    this.path = join(homedir(), FOLDER, fileName(key));
  }

  load(): string | undefined {
    const bytes = this.#attempt('read', () => {
      try {
        return readFileSync(this.path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    });
    return bytes === undefined ? undefined : this.#tokenIn(bytes);
  }

  save(token: string): void {
    this.#attempt('written', () => {
      mkdirSync(join(homedir(), FOLDER), { recursive: true, mode: OWNER_ONLY_FOLDER });
      // Written aside and renamed: whoever reads meanwhile finds the old token or the new one.
      const draft = `${this.path}.${process.pid}.new`;
      writeFileSync(draft, contentOf(token), { mode: OWNER_ONLY });
      renameSync(draft, this.path);
    });
  }

  delete(): void {
    this.#attempt('deleted', () => rmSync(this.path, { force: true }));
  }

  #tokenIn(bytes: Uint8Array): string {
    try {
      return tokenOf(bytes);
    } catch {
      const text = new TextDecoder().decode(bytes).trim();
      if (TOKEN.test(text)) return text;
      throw new SpacetickError('E_CREDENTIALS', `${this.path} holds no token. Delete it to begin as somebody new.`);
    }
  }

  #attempt<T>(what: string, task: () => T): T {
    try {
      return task();
    } catch (error) {
      const reason = (error as Error).message;
      throw new SpacetickError(
        'E_CREDENTIALS',
        `The credentials in ${this.path} cannot be ${what}: ${reason}. Check who owns the folder, and that its disk has room.`,
        { cause: error },
      );
    }
  }
}

/** A key as one file name of any system: what is special in one is written as `%2F`. */
function fileName(key: string): string {
  if (key === '')
    throw new SpacetickError('E_CREDENTIALS', 'A credentials file needs a key: the name of the database, say.');
  return encodeURIComponent(key).replace(/^\.+$|[*~'()!]/g, (special) => special.replace(/./g, percent));
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Tokens in files of the user's home directory. */
export const nodeCredentials: Credentials = Object.freeze({ File: TokenFile });
