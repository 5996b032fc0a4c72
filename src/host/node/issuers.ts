import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { isLoopbackHost, type Reach } from './issuer-address.ts';
import { fetchJson } from './issuer-fetch.ts';

const REFRESH_MS = 5 * 60_000; // as the real host (wire.md 7)
const EXPIRE_MS = 2 * 60 * 60_000; // likewise: how long keys count when the issuer does not answer
const RETRY_MS = 10_000; // before an issuer that failed, or lacks a key, is asked again
const MAX_ISSUERS = 64; // whose keys are kept: strangers name issuers, too
const MAX_FETCHES = 8; // at a time
const ALGORITHMS = ['ES256', 'RS256'];

type Keys = ReturnType<typeof createLocalJWKSet>;

interface Known {
  keys: Keys | undefined;
  /** When `keys` came, in milliseconds. */
  fetchedAt: number;
  /** When the issuer was last asked. */
  askedAt: number;
  failure: Error | undefined;
  asking: Promise<void> | undefined;
}

export interface IssuerOptions {
  /** Issuers to be trusted, wherever they are; empty trusts every issuer on the open network. */
  readonly named?: readonly string[];
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** OpenID Connect issuers and their keys: found by discovery, kept for a while. */
export class Issuers {
  readonly #named: ReadonlySet<string>;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  #fetches = 0;
  /** Whether issuers on this machine are asked: those who can name one are on it themselves. */
  allowsLoopback = false;

  constructor({ named = [], now = () => performance.now() }: IssuerOptions = {}) {
    this.#named = new Set(named);
    this.#now = now;
  }

  /**
   * Checks a token's signature with the keys of the issuer that it names.
   * @returns the payload, as text
   * @throws Error with the reason
   */
  async verify(token: string, issuer: string): Promise<string> {
    const reach = this.#reachOf(issuer);
    const known = this.#remembered(issuer);
    const keys = await this.#keysOf(issuer, known, reach);
    try {
      return await verifyWith(token, keys);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Perhaps a key that is newer than what is kept.
      await this.#ask(issuer, known, reach);
      if (known.keys === undefined || known.keys === keys) throw error;
      return verifyWith(token, known.keys);
    }
  }

  /** Nobody waits for an issuer whose keys still count. @throws Error */
  async #keysOf(issuer: string, known: Known, reach: Reach): Promise<Keys> {
    const age = this.#now() - known.fetchedAt;
    if (age > EXPIRE_MS) {
      known.keys = undefined;
      await this.#ask(issuer, known, reach);
    } else if (age > REFRESH_MS) {
      this.#ask(issuer, known, reach).catch(() => undefined);
    }
    if (known.keys === undefined) throw known.failure ?? new Error(`its issuer ${issuer} has no keys`);
    return known.keys;
  }

  /** @throws Error for an issuer that is not trusted */
  #reachOf(issuer: string): Reach {
    if (this.#named.has(issuer)) return 'named';
    if (this.#named.size > 0) throw new Error(`its issuer ${issuer} is not one that this host trusts`);
    if (!URL.canParse(issuer)) throw new Error(`its issuer ${issuer} has no address to ask for keys at`);
    return this.allowsLoopback && isLoopbackHost(new URL(issuer).hostname) ? 'loopback' : 'public';
  }

  #remembered(issuer: string): Known {
    const known = this.#known.get(issuer) ?? {
      keys: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      askedAt: Number.NEGATIVE_INFINITY,
      failure: undefined,
      asking: undefined,
    };
    // Behind all others: the first of the map is the one that was not needed for longest.
    this.#known.delete(issuer);
    this.#known.set(issuer, known);
    if (this.#known.size > MAX_ISSUERS) this.#known.delete(this.#known.keys().next().value!);
    return known;
  }

  /** Asks for keys, unless somebody just did. What came before is kept for a while when nothing comes. */
  #ask(issuer: string, known: Known, reach: Reach): Promise<void> {
    if (known.asking !== undefined) return known.asking;
    if (this.#now() - known.askedAt < RETRY_MS) return Promise.resolve();
    if (this.#fetches >= MAX_FETCHES) return Promise.reject(new Error('this host is busy asking other issuers'));
    this.#fetches++;
    known.askedAt = this.#now();
    known.asking = keysOf(issuer, reach)
      .then(
        (keys) => {
          known.keys = keys;
          known.fetchedAt = this.#now();
          known.failure = undefined;
        },
        (error: Error) => {
          known.failure = new Error(`its issuer ${issuer} cannot be asked for keys: ${error.message}`);
        },
      )
      .finally(() => {
        this.#fetches--;
        known.asking = undefined;
      });
    return known.asking;
  }
}

async function keysOf(issuer: string, reach: Reach): Promise<Keys> {
  const found = await fetchJson(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`, reach);
  const { issuer: named, jwks_uri: uri } = (found ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error(`it calls itself ${JSON.stringify(named)}`);
  if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('it does not say where its keys are');
  return createLocalJWKSet((await fetchJson(uri, reach)) as JSONWebKeySet);
}

/** @returns the payload, as text */
async function verifyWith(token: string, keys: Keys): Promise<string> {
  const options = { algorithms: ALGORITHMS };
  try {
    return text(await compactVerify(token, keys, options));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // No `kid`: any of the keys may be the one.
    for await (const key of error) {
      const verified = await compactVerify(token, key, options).catch(() => undefined);
      if (verified !== undefined) return text(verified);
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function text({ payload }: { readonly payload: Uint8Array }): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(payload);
}
