import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identityFromClaims } from '../../../src/host/node/index.ts';
import { encodeBsatn, IDENTITY, toHex } from '../../../src/values/index.ts';

interface Vector {
  readonly group: string;
  readonly value: { readonly iss: string; readonly sub: string };
  readonly displayHex: string;
  readonly hex: string;
}

const file = new URL('../../fixtures/wire-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };
const identities = vectors.filter(({ group }) => group === 'identity');

describe('identity', () => {
  it('[K1] has vectors to be checked against', () => expect(identities.length).toBeGreaterThan(1));

  it.each(identities)('[K1] of $value.iss and $value.sub is $displayHex', ({ value, displayHex, hex }) => {
    const identity = identityFromClaims(value.iss, value.sub);
    expect(identity.hex).toBe(displayHex);
    expect(toHex(encodeBsatn(IDENTITY, identity))).toBe(hex);
  });
});
