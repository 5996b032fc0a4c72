import { createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { identityFromClaims } from '../../../src/host/node/index.ts';
import { loadKeys, type SigningKeys } from '../../../src/host/node/keys.ts';
import { ARENA } from './support/arena-module.ts';
import { routes } from './support/routes.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Signs any claims with a host's keys: what only the host itself could have signed. */
async function signed(keys: Pick<SigningKeys, 'privateKey'>, claims: Record<string, unknown>): Promise<string> {
  const issued = { iss: 'localhost', sub: 'ada', iat: nowSeconds(), ...claims };
  return new SignJWT(issued).setProtectedHeader({ alg: 'ES256', typ: 'JWT' }).sign(keys.privateKey);
}

async function hostWithKeys(): Promise<{ host: TestHost; keys: SigningKeys }> {
  const dataDirectory = await temporaryFolder();
  const keys = await loadKeys(dataDirectory);
  return { host: await TestHost.open({ dataDirectory }), keys };
}

/** Status of a ping with a token, and of the exchange. */
async function answersTo(host: TestHost, token: string): Promise<readonly [number, number]> {
  const headers = { authorization: `Bearer ${token}` };
  const exchange = await host.fetch('/v1/identity/websocket-token', { method: 'POST', headers });
  return [(await host.fetch('/v1/ping', { headers })).status, exchange.status];
}

describe('tokens', () => {
  it('[K2] are issued with the claims of the real host, for somebody new each time', async () => {
    const host = await TestHost.open();
    const [ada, bob] = [await host.newToken(), await host.newToken()];
    expect(ada.identity).not.toBe(bob.identity);
    expect(decodeProtectedHeader(ada.token)).toEqual({ alg: 'ES256', typ: 'JWT' });
    const claims = decodeJwt(ada.token);
    expect(claims).toEqual({
      iss: 'localhost',
      sub: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      aud: ['spacetimedb'],
      iat: expect.any(Number),
      exp: null,
      hex_identity: ada.identity,
    });
    expect(ada.identity).toBe(identityFromClaims('localhost', claims.sub!).hex);
    expect(await answersTo(host, ada.token)).toEqual([200, 200]);
  });

  it('[K3] are traded for one that lives a minute and says the same', async () => {
    const host = await TestHost.open();
    const { token } = await host.newToken();
    const short = decodeJwt(await host.socketToken(token));
    const { iat, exp, ...same } = short;
    const { iat: _iat, exp: _exp, ...before } = decodeJwt(token);
    expect(same).toEqual(before);
    expect(exp! - iat!).toBe(60);
    expect(Math.abs(iat! - nowSeconds())).toBeLessThan(5);
  });

  it('[K3] are not made to live longer by trading', async () => {
    const { host, keys } = await hostWithKeys();
    const exp = nowSeconds() + 20;
    const once = await host.socketToken(await signed(keys, { exp }));
    expect(decodeJwt(once).exp).toBe(exp);
    expect(decodeJwt(await host.socketToken(once)).exp).toBe(exp);
  });

  it('[K4] that nobody trusts are refused: never a new player', async () => {
    const { host, keys } = await hostWithKeys();
    const good = (await host.newToken()).token;
    const stranger = await generateKeyPair('ES256');
    const claims = { iss: 'localhost', sub: 'ada', iat: nowSeconds() };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part({ ...claims, exp: null })}.`;
    const body = `${part({ alg: 'HS256' })}.${part({ ...claims, exp: null })}`;
    const publicPem = await (await host.fetch('/v1/identity/public-key')).text();
    const symmetric = `${body}.${createHmac('sha256', publicPem).update(body).digest('base64url')}`;
    const [head, payload, signature] = good.split('.') as [string, string, string];
    const bad: Record<string, string> = {
      garbage: 'abc',
      empty: '..',
      'not JSON': `${head}.bm90IEpTT04.${signature}`,
      'other payload': `${head}.${part({ ...claims, exp: null })}.${signature}`,
      'cut signature': `${head}.${payload}.${signature.slice(0, -4)}`,
      'other keys': await signed(stranger, {}),
      unsigned,
      symmetric,
      expired: await signed(keys, { exp: nowSeconds() - 1 }),
      'end that is no time': await signed(keys, { exp: 'tomorrow' }),
      'no issuer': await signed(keys, { iss: '', exp: null }),
      'not yet': await signed(keys, { nbf: nowSeconds() + 60 }),
      'no subject': await signed(keys, { sub: undefined }),
      'long subject': await signed(keys, { sub: 'a'.repeat(129) }),
      'long issuer': await signed(keys, { iss: 'é'.repeat(65) }),
      'not issued': await signed(keys, { iat: undefined, exp: null }),
      'issued at half past': await signed(keys, { iat: 1.5, exp: null }),
      'identity of somebody else': await signed(keys, { hex_identity: identityFromClaims('localhost', 'bob').hex }),
    };
    for (const [what, token] of Object.entries(bad)) {
      expect([what, await answersTo(host, token)]).toEqual([what, [401, 401]]);
    }
    expect(await answersTo(host, await signed(keys, {}))).toEqual([200, 200]);
    expect(await answersTo(host, await signed(keys, { sub: 'a'.repeat(128), exp: null }))).toEqual([200, 200]);
  });

  it('[K4] that are bad are 401 on every route, and nothing is done', async () => {
    const host = await TestHost.open();
    const owner = await host.newToken();
    await host.publish('arena', ARENA, owner.token);
    const all = routes();
    expect(all.length).toBeGreaterThan(25);
    for (const { method, path } of all) {
      const answer = await host.fetch(path, { method, headers: { authorization: 'Bearer a.b.c' } });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(await answer.text()).toMatch(/^The token is not valid here: /);
    }
    expect([host.rows('visit'), host.node.host.databases.length]).toEqual([[], 1]);
  });

  it('[K4] that are bad end the upgrade with 401 and the reason', async () => {
    const host = await TestHost.open();
    await host.publish('arena', ARENA);
    const player = host.open('arena', 'abc');
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      player.socket.on('open', () => reject(new Error('let in')));
      player.socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (data) => {
          text += data;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
    });
    expect(answer.status).toBe(401);
    expect(answer.text).toMatch(/^The token is not valid here: /);
    expect(host.node.host.find('arena')!.sessions.size).toBe(0);
  });

  it('[K5] are needed for the exchange', async () => {
    const host = await TestHost.open();
    const answer = await host.fetch('/v1/identity/websocket-token', { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([
      401,
      'A token is needed: send it as "Authorization: Bearer <token>".',
    ]);
  });

  it('[K6] make whoever shows them the same player, over each way of showing', async () => {
    const host = await TestHost.open();
    await host.publish('arena', ARENA);
    const { identity, token } = await host.newToken();
    const byUrl = await host.join('arena', await host.socketToken(token));
    expect(byUrl.identity).toBe(identity);
    expect(decodeJwt(byUrl.greeting.token!).sub).toBe(decodeJwt(token).sub);
    const newcomer = await host.join('arena');
    expect(newcomer.identity).not.toBe(identity);
    const back = await host.join('arena', await host.socketToken(newcomer.greeting.token!));
    expect(back.identity).toBe(newcomer.identity);
  });
});
