import { randomUUID } from 'node:crypto';
import { compactVerify, decodeJwt, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Identity, SpacetickError } from '../../values/index.ts';
import { identityFromClaims } from '../claims.ts';
import type { Caller } from '../reducer-context.ts';
import { SIGNING_ALGORITHM, type SigningKeys } from './keys.ts';

export const LOCAL_ISSUER = 'localhost';
const AUDIENCE = 'spacetimedb';
const SHORT_LIVED_SECONDS = 60; // long enough to open a socket with, too short to be worth stealing from a log
const MAX_CLAIM_CHARS = 128; // issuer and subject (wire.md 7)

/** Somebody who proved who they are. */
export interface Authenticated {
  readonly identity: Identity;
  readonly auth: Caller['auth'];
  readonly token: string;
}

/** Issues and checks the host's tokens (`wire.md` 7). */
export class Tokens {
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  get publicPem(): string {
    return this.#keys.publicPem;
  }

  /** A new identity and a token for it that does not expire. */
  async anonymous(): Promise<Authenticated> {
    const subject = randomUUID();
    const identity = identityFromClaims(LOCAL_ISSUER, subject);
    // `exp: null` says outright that it never expires; SignJWT would leave the claim out.
    const claims = { iss: LOCAL_ISSUER, sub: subject, aud: [AUDIENCE], exp: null, hex_identity: identity.hex };
    const token = await this.#sign({ ...claims, iat: nowSeconds() });
    return { identity, token, auth: authOf(decodeJwt(token), identity) };
  }

  /**
   * Checks a token.
   * @throws SpacetickError E_TOKEN_INVALID with what is wrong and what to do
   */
  async verify(token: string): Promise<Authenticated> {
    const claims = await this.#claims(token);
    const { iss, sub } = claims;
    if (!isClaim(iss) || !isClaim(sub))
      refuse(`its issuer or subject is missing or longer than ${MAX_CLAIM_CHARS} characters`);
    if (!Number.isInteger(claims.iat)) refuse('it does not say when it was issued');
    const identity = identityFromClaims(iss, sub);
    if (claims.hex_identity !== undefined && claims.hex_identity !== identity.hex) {
      refuse('its identity does not follow from its issuer and subject');
    }
    return { identity, token, auth: authOf(claims, identity) };
  }

  /**
   * The same claims in a token that lives a minute, and never longer than the one it is made from: what may stand in a
   * URL, and is worth nothing to whoever reads it in a log later.
   * @throws SpacetickError E_TOKEN_INVALID
   */
  async shortLived(token: string): Promise<string> {
    const claims = await this.#claims(token);
    const now = nowSeconds();
    const exp = Math.min(now + SHORT_LIVED_SECONDS, claims.exp ?? Number.POSITIVE_INFINITY);
    return this.#sign({ ...claims, iat: now, exp });
  }

  async #claims(token: string): Promise<JWTPayload> {
    try {
      // jose takes `exp: null` for a malformed time; a token that says so never expires.
      const neverExpires = (decodeJwt(token) as { exp?: unknown }).exp === null;
      const options = { algorithms: [SIGNING_ALGORITHM], issuer: LOCAL_ISSUER };
      if (!neverExpires) return (await jwtVerify(token, this.#keys.publicKey, options)).payload;
      return await this.#verifyEternal(token);
    } catch (error) {
      if (error instanceof SpacetickError) throw error;
      return refuse((error as Error).message);
    }
  }

  /** Signature and issuer of a token without an end. */
  async #verifyEternal(token: string): Promise<JWTPayload> {
    const { payload } = await compactVerify(token, this.#keys.publicKey, { algorithms: [SIGNING_ALGORITHM] });
    const claims = JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
    if (claims.iss !== LOCAL_ISSUER) refuse(`its issuer is ${String(claims.iss)}, not this host`);
    return claims;
  }

  #sign(claims: Record<string, unknown>): Promise<string> {
    return new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'JWT' })
      .sign(this.#keys.privateKey);
  }
}

function refuse(reason: string): never {
  throw new SpacetickError(
    'E_TOKEN_INVALID',
    `The token is not valid here: ${reason}. It is probably from another host, or from this one before its keys were ` +
      'replaced. Forget it to play as somebody new.',
  );
}

function isClaim(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_CLAIM_CHARS;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function authOf(claims: JWTPayload, identity: Identity): Caller['auth'] {
  const audience = claims.aud === undefined ? [] : Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return {
    isInternal: false,
    hasJWT: true,
    jwt: {
      rawPayload: JSON.stringify(claims),
      subject: claims.sub ?? '',
      issuer: claims.iss ?? '',
      audience,
      identity,
      fullPayload: claims,
    },
  };
}
