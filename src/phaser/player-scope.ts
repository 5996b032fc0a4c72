import { SpacetickError } from '../client/index.ts';

/** Whom a token is for: it never goes to another host or database. */
export interface PlayerScope {
  /** Address of the host, as for `withUri`. */
  uri: string | URL;
  /** Name of the database, as for `withDatabaseName`. */
  database: string;
  /** Tells games apart that share a page's storage: on itch.io all of an account's do. */
  game?: string;
}

/** http is ws and https wss: the same host. But what was said under TLS is not said again in the clear. */
const PROTOCOLS: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/** The scope as the start of storage keys and lock names. @throws SpacetickError `E_PLAYER_URI` */
export function scopeName({ uri, database, game = '' }: PlayerScope): string {
  const url = parse(uri);
  const host = `${PROTOCOLS[url.protocol]}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
  return ['spacetick/player', game, host, database]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

function parse(uri: string | URL): URL {
  const page = typeof location === 'undefined' ? undefined : location.href;
  let url: URL | undefined;
  try {
    url = new URL(uri, page);
  } catch {
    // reported below
  }
  if (url !== undefined && url.protocol in PROTOCOLS) return url;
  throw new SpacetickError(
    'E_PLAYER_URI',
    `claimPlayer: "${uri}" is not the address of a host. Give the one you pass to withUri, such as ws://127.0.0.1:3000.`,
  );
}
