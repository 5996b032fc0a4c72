import { SpacetickError } from '../values/index.ts';

/** A token kept in a file, under a key: `new credentials.File('quickstart-chat')`. */
export interface CredentialsFile {
  /** Where it is. */
  readonly path: string;
  /** The token, for `withToken`; undefined when none was saved. @throws SpacetickError E_CREDENTIALS */
  load(): string | undefined;
  /** Replaces what was saved; call it in `onConnect`. @throws SpacetickError E_CREDENTIALS */
  save(token: string): void;
  /** Forgets it. @throws SpacetickError E_CREDENTIALS */
  delete(): void;
}

/** Where programs keep their tokens (`api.md` 1.8). */
export interface Credentials {
  /** @param key one for each player: names the file in `~/.spacetimedb_client_credentials` */
  readonly File: new (
    key: string,
  ) => CredentialsFile;
}

/** A page has no files. */
export const pageCredentials: Credentials = Object.freeze({
  File: class {
    readonly path = '';

    constructor(key: string) {
      throw new SpacetickError(
        'E_CREDENTIALS',
        `new credentials.File('${key}') keeps tokens in files, which a page does not have. Keep the token in localStorage, or ` +
          'use claimPlayer of spacetick/phaser.',
      );
    }

    load(): undefined {}
    save(): void {}
    delete(): void {}
  },
});
