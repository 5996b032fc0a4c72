import { SpacetickError } from '../values/index.ts';
import type { DbConnectionConfig } from './connection-config.ts';
import type { AnyModule } from './remote-module.ts';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/; // wire.md 2.1; an identity is one, too

/** Checks the name (or identity) of a database. @throws SpacetickError E_DATABASE_NAME */
export function checkDatabaseName(name: string): string {
  if (NAME.test(name)) return name;
  throw new SpacetickError(
    'E_DATABASE_NAME',
    `${JSON.stringify(name)} is no name of a database: lowercase letters and digits, joined by single dashes ` +
      '("comet-run"). Pass the name the module was published under, or the identity of the database.',
  );
}

/** Checks the address of a host and gives it as an HTTP URL. @throws SpacetickError E_URI */
export function hostUrl(uri: string | URL): URL {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    throw badUri(uri);
  }
  if (!/^(http|ws)s?:$/.test(url.protocol)) throw badUri(uri);
  url.protocol = url.protocol.replace('ws', 'http');
  url.hash = '';
  return url;
}

function badUri(uri: string | URL): SpacetickError {
  return new SpacetickError(
    'E_URI',
    `${JSON.stringify(String(uri))} is no address of a host. Write the scheme too: "http://127.0.0.1:3000".`,
  );
}

/** Options of a connection that the host reads from the URL (`wire.md` 2.1): what is not set, the host decides. */
export interface ConnectionOptions {
  readonly compression?: 'gzip' | 'brotli' | 'none';
  readonly lightMode?: boolean;
  readonly confirmedReads?: boolean;
}

/** Where to open the socket. Paths are relative to `base`: `http://h/p/` keeps `/p/`, `http://h/p` does not. */
export function subscribeUrl(
  config: Pick<DbConnectionConfig<AnyModule>, 'base' | 'database'> & ConnectionOptions,
): URL {
  const { base, database, compression, lightMode, confirmedReads } = config;
  const url = new URL(`v1/database/${database}/subscribe`, base);
  url.protocol = base.protocol.replace('http', 'ws');
  const ask = (name: string, value: unknown): void => url.searchParams.set(name, String(value));
  if (compression !== undefined) ask('compression', compression[0]!.toUpperCase() + compression.slice(1));
  if (lightMode) ask('light', true);
  if (confirmedReads !== undefined) ask('confirmed', confirmedReads);
  return url;
}
