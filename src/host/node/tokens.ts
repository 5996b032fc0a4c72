import { randomUUID } from 'node:crypto';
import { compactVerify, decodeJwt, type JWTPayload, SignJWT } from 'jose';
import { type Identity, SpacetickError } from '../../values/index.ts';
import { identityFromClaims } from '../claims.ts';
import type { Caller } from '../reducer-context.ts';
import type { Issuers } from './issuers.ts';
import { SIGNING_ALGORITHM, type SigningKeys } from './keys.ts';

export const LOCAL_ISSUER = 'localhost';
const AUDIENCE = 'spacetimedb';
const SHORT_LIVED_SECONDS = 60; // long enough to open a socket with, too short to be worth stealing from a log
const MAX_CLAIM_BYTES = 128; // issuer and subject (wire.md 7)
const LEEWAY_SECONDS = 60; // between the clocks of an issuer and of this machine; the host's own tokens need none

/** Somebody who proved who they are. */
export interface Authenticated {
  readonly identity: Identity;
  readonly auth: Caller['auth'];
  readonly token: string;
}

/** Issues the host's own tokens, and checks them and those of OpenID Connect issuers (`wire.md` 7). */
export class Tokens {
  readonly #keys: SigningKeys;
  readonly issuers: Issuers;

  constructor(keys: SigningKeys, issuers: Issuers) {
    this.#keys = keys;
    this.issuers = issuers;
  }

  get publicPem(): string {
    return this.#keys.publicPem;
  }

  /** A new identity, or that of a subject of this host's own, and a token for it that does not expire. */
  async anonymous(subject: string = randomUUID()): Promise<Authenticated> {
    const identity = identityFromClaims(LOCAL_ISSUER, subject);
    // `exp: null` says outright that it never expires; SignJWT would leave the claim out.
    const claims = { iss: LOCAL_ISSUER, sub: subject, aud: [AUDIENCE], exp: null, hex_identity: identity.hex };
    const token = await this.#sign({ ...claims, iat: nowSeconds() });
    return this.#authenticated(token, payloadOf(token));
  }

  /**
   * Checks a token.
   * @throws SpacetickError E_TOKEN_INVALID with what is wrong and what to do
   */
  async verify(token: string): Promise<Authenticated> {
    try {
      return await this.#verifyOwn(token);
    } catch (error) {
      const issuer = issuerOf(token);
      if (issuer === undefined || issuer === LOCAL_ISSUER || error instanceof SpacetickError) return refuse(error);
      try {
        const payload = await this.issuers.verify(token, issuer);
        return this.#authenticated(token, payload, LEEWAY_SECONDS);
      } catch (reason) {
        return refuse(reason);
      }
    }
  }

  /**
   * The same claims in a token that lives a minute, and never longer than the one it is made from: what may stand in a
   * URL, and is worth nothing to whoever reads it in a log later.
   */
  async shortLived({ auth }: Authenticated): Promise<string> {
    const claims = auth.jwt?.fullPayload as JWTPayload;
    const now = nowSeconds();
    const exp = Math.min(now + SHORT_LIVED_SECONDS, claims.exp ?? Number.POSITIVE_INFINITY);
    return this.#sign({ ...claims, iat: now, exp });
  }

  /** Whoever the claims name, if this host signed them: short-lived tokens keep the issuer they are made from. */
  async #verifyOwn(token: string): Promise<Authenticated> {
    const { payload } = await compactVerify(token, this.#keys.publicKey, { algorithms: [SIGNING_ALGORITHM] });
    return this.#authenticated(token, new TextDecoder().decode(payload));
  }

  /** @param payload claims whose signature is right. @throws SpacetickError */
  #authenticated(token: string, payload: string, leewaySeconds = 0): Authenticated {
    const claims = JSON.parse(payload) as JWTPayload;
    const { iss, sub } = claims;
    if (!isClaim(iss) || !isClaim(sub))
      refuse(`its issuer or subject is missing or longer than ${MAX_CLAIM_BYTES} bytes`);
    if (!Number.isInteger(claims.iat)) refuse('it does not say when it was issued');
    checkTimes(claims, leewaySeconds);
    const identity = identityFromClaims(iss, sub);
    if (claims.hex_identity !== undefined && claims.hex_identity !== identity.hex) {
      refuse('its identity does not follow from its issuer and subject');
    }
    return { identity, token, auth: authOf(payload, claims, identity) };
  }

  #sign(claims: Record<string, unknown>): Promise<string> {
    return new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'JWT' })
      .sign(this.#keys.privateKey);
  }
}

function refuse(reason: unknown): never {
  if (reason instanceof SpacetickError) throw reason;
  const text = reason instanceof Error ? reason.message : String(reason);
  throw new SpacetickError(
    'E_TOKEN_INVALID',
    `The token is not valid here: ${text}. It is probably from another host, or from this one before its keys were ` +
      'replaced. Forget it to play as somebody new.',
  );
}

/** Who a token says it is from, unchecked; undefined when nobody could be asked. */
function issuerOf(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return isClaim(iss) ? iss : undefined;
  } catch {
    return undefined;
  }
}

function payloadOf(token: string): string {
  return Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8');
}

/** A token without an end says so by null, or not at all. @throws SpacetickError */
function checkTimes({ exp, nbf }: JWTPayload, leewaySeconds: number): void {
  const isTime = (time: unknown): boolean => time === undefined || time === null || Number.isFinite(time);
  if (!isTime(exp) || !isTime(nbf)) refuse('it does not say when it ends or begins');
  if (typeof exp === 'number' && exp + leewaySeconds <= nowSeconds()) refuse('it has expired');
  if (typeof nbf === 'number' && nbf - leewaySeconds > nowSeconds()) refuse('it is not valid yet');
}

function isClaim(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && Buffer.byteLength(value) <= MAX_CLAIM_BYTES;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function authOf(rawPayload: string, claims: JWTPayload, identity: Identity): Caller['auth'] {
  const audience = [claims.aud ?? []].flat().filter((name) => typeof name === 'string');
  return {
    isInternal: false,
    hasJWT: true,
    jwt: { rawPayload, subject: claims.sub ?? '', issuer: claims.iss ?? '', audience, identity, fullPayload: claims },
  };
}
