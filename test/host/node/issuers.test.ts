import { createHmac } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { identityFromClaims } from '../../../src/host/node/index.ts';
import { mayReach } from '../../../src/host/node/issuer-address.ts';
import { fetchJson } from '../../../src/host/node/issuer-fetch.ts';
import { Issuers } from '../../../src/host/node/issuers.ts';
import { ARENA } from './support/arena-module.ts';
import { Issuer } from './support/issuer.ts';
import { TestHost } from './support/test-host.ts';

const now = () => Math.floor(Date.now() / 1000);
const MINUTE = 60_000;

/** Status and text of a ping with a token. */
async function ping(host: TestHost, token: string): Promise<readonly [number, string]> {
  const answer = await host.fetch('/v1/ping', { headers: { authorization: `Bearer ${token}` } });
  return [answer.status, await answer.text()];
}

describe('an issuer', () => {
  it('[K10] makes players, whatever its keys are', async () => {
    const issuer = await Issuer.start();
    const host = await TestHost.open();
    const keys = [await issuer.addKey('ES256', 'east'), await issuer.addKey('RS256', 'west')];
    for (const key of keys) {
      const token = await issuer.token(key);
      const answer = await host.fetch(`/v1/identity/${identityFromClaims(issuer.url, 'ada').hex}/verify`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(204);
    }
    expect(issuer.asked).toEqual(['/realm/.well-known/openid-configuration', '/realm/keys']);
  });

  it('[K10] may give its keys no names: any of them counts', async () => {
    const issuer = await Issuer.start();
    const host = await TestHost.open();
    await issuer.addKey('ES256');
    const second = await issuer.addKey('ES256');
    expect(await ping(host, await issuer.token(second))).toEqual([200, '']);
    const stranger = await (await Issuer.start()).addKey('ES256');
    expect((await ping(host, await issuer.token(stranger)))[0]).toBe(401);
  });

  it('[K10] may have a clock that is a minute off, not more', async () => {
    const issuer = await Issuer.start();
    const host = await TestHost.open();
    const key = await issuer.addKey('ES256', 'a');
    const statuses = async (...claims: Record<string, unknown>[]) =>
      Promise.all(claims.map(async (some) => (await ping(host, await issuer.token(key, some)))[0]));
    expect(await statuses({ exp: now() - 30 }, { nbf: now() + 30 }, { exp: null }, { exp: undefined })).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await statuses({ exp: now() - 90 }, { nbf: now() + 90 }, { exp: 'never' })).toEqual([401, 401, 401]);
  });

  it('[K4] [K10] is believed nothing but what it signed for itself', async () => {
    const issuer = await Issuer.start();
    const host = await TestHost.open();
    const key = await issuer.addKey('ES256', 'a');
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: issuer.url, sub: 'ada', iat: now() };
    const hmac = `${part({ alg: 'HS256' })}.${part(claims)}`;
    const bad: Record<string, string> = {
      'in the name of the host': await issuer.token(key, { iss: 'localhost' }),
      'in the name of another': await issuer.token(key, { iss: `${issuer.url}/` }),
      'without a subject': await issuer.token(key, { sub: undefined }),
      'with a long subject': await issuer.token(key, { sub: 'é'.repeat(65) }),
      'not issued': await issuer.token(key, { iat: undefined }),
      'as somebody else': await issuer.token(key, { hex_identity: identityFromClaims(issuer.url, 'bob').hex }),
      unsigned: `${part({ alg: 'none' })}.${part(claims)}.`,
      symmetric: `${hmac}.${createHmac('sha256', 'secret').update(hmac).digest('base64url')}`,
    };
    for (const [what, token] of Object.entries(bad)) expect([what, (await ping(host, token))[0]]).toEqual([what, 401]);
    const mine = await issuer.token(key, { hex_identity: identityFromClaims(issuer.url, 'ada').hex });
    expect((await ping(host, mine))[0]).toBe(200);
    const player = host.open('arena', bad['without a subject']);
    expect((await player.ended).code).toBe(1006);
  });

  it('[K11] [K14] lets its players in, and the module know them', async () => {
    const issuer = await Issuer.start();
    const host = await TestHost.open();
    const source = ARENA.replace(
      'exports.launch =',
      `exports.whoAmI = arena.reducer((ctx) => {
         const { jwt } = ctx.senderAuth;
         throw new SenderError(JSON.stringify([jwt.issuer, jwt.subject, jwt.audience, jwt.fullPayload.team, jwt.rawPayload]));
       });
       exports.launch =`,
    );
    expect((await host.publish('arena', source)).status).toBe(200);
    const token = await issuer.token(await issuer.addKey('RS256', 'a'), { team: 'red' });
    const short = await host.socketToken(token);
    const { iat, exp, ...rest } = decodeJwt(short);
    expect([rest.iss, rest.sub, exp! - iat!]).toEqual([issuer.url, 'ada', 60]);
    issuer.answer = (_request, response) => response.destroy();
    const player = await host.join('arena', short);
    expect(player.identity).toBe(identityFromClaims(issuer.url, 'ada').hex);
    expect(player.greeting.token).toBe(short);
    const claims = JSON.parse((await player.ask('who_am_i')).error!) as unknown[];
    expect(claims.slice(0, 4)).toEqual([issuer.url, 'ada', ['comet-run'], 'red']);
    expect(JSON.parse(claims[4] as string)).toEqual({ ...rest, iat, exp });
  });

  it('[K12] is asked for keys again when they are old or lacking, and missed for two hours', async () => {
    const issuer = await Issuer.start();
    let millis = 0;
    const issuers = new Issuers({ named: [issuer.url], now: () => millis });
    const first = await issuer.token(await issuer.addKey('ES256', 'first'));
    const rounds = () => issuer.asked.length / 2;
    await Promise.all([issuers.verify(first, issuer.url), issuers.verify(first, issuer.url)]);
    expect(rounds()).toBe(1);
    const second = await issuer.token(await issuer.addKey('ES256', 'second'));
    await expect(issuers.verify(second, issuer.url)).rejects.toThrow();
    expect(rounds()).toBe(1); // only just asked
    millis += 11_000;
    await issuers.verify(second, issuer.url);
    expect(rounds()).toBe(2);
    millis += 4 * MINUTE;
    await issuers.verify(first, issuer.url);
    expect(rounds()).toBe(2);
    millis += 2 * MINUTE;
    await issuers.verify(first, issuer.url);
    await expect.poll(rounds).toBe(3);
    issuer.answer = (_request, response) => response.writeHead(500).end();
    for (let i = 0; i < 11; i++) {
      millis += 10 * MINUTE;
      await issuers.verify(first, issuer.url);
      await new Promise((resolve) => setTimeout(resolve, 30)); // for the answer that nobody waits for
    }
    millis += 15 * MINUTE;
    await expect(issuers.verify(first, issuer.url)).rejects.toThrow(/status 500/);
    const tries = issuer.asked.length;
    issuer.answer = undefined;
    await expect(issuers.verify(first, issuer.url)).rejects.toThrow(/status 500/);
    expect(issuer.asked.length).toBe(tries);
    millis += 11_000;
    await issuers.verify(first, issuer.url);
  });

  it('[K13] that misbehaves costs little, and is told from one that is not there', async () => {
    const issuer = await Issuer.start();
    const answers: [NonNullable<Issuer['answer']>, RegExp][] = [
      [(_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /status 302/],
      [(_, response) => void response.end('x'.repeat(300_000)), /more than 262144 bytes/],
      [(_, response) => void response.end('<html>'), /not JSON/],
      [(_, response) => void response.end('null'), /calls itself undefined/],
      [(_, response) => void response.end(JSON.stringify({ issuer: 'https://x' })), /calls itself "https:\/\/x"/],
      [(_, response) => void response.end(JSON.stringify({ issuer: issuer.url })), /where its keys are/],
      [
        (_, response) => void response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' })),
        /not at an https address/,
      ],
      [(_, response) => response.destroy(), /socket hang up/],
    ];
    for (const [answer, reason] of answers) {
      issuer.answer = answer;
      await expect(new Issuers({ named: [issuer.url] }).verify('a.b.c', issuer.url)).rejects.toThrow(reason);
    }
    issuer.answer = () => undefined; // and never answers
    const began = performance.now();
    await expect(fetchJson(issuer.url, 'loopback')).rejects.toThrow(/within 5000 ms/);
    expect(performance.now() - began).toBeLessThan(8000);
  });

  it('[K13] is asked on the open network only, or where the host was told', async () => {
    const issuer = await Issuer.start();
    const token = await issuer.token(await issuer.addKey('ES256', 'a'));
    const fromAfar = new Issuers();
    for (const address of [
      issuer.url,
      'http://auth.example.com',
      'https://10.0.0.7',
      'https://169.254.169.254/latest',
      'https://[::ffff:10.0.0.7]',
      'https://[fd00::1]',
      'https://localhost',
      'https://ada:secret@auth.example.com',
      'ftp://auth.example.com',
      'auth.example.com',
    ]) {
      await expect(fromAfar.verify(token, address), address).rejects.toThrow(
        /not on the open network|not at an https address|carries a password|no address to ask/,
      );
    }
    expect(issuer.asked).toEqual([]);
    await expect(new Issuers({ named: [issuer.url] }).verify(token, issuer.url)).resolves.toContain('"ada"');
    await expect(new Issuers({ named: ['https://auth.example.com'] }).verify(token, issuer.url)).rejects.toThrow(
      /not one that this host trusts/,
    );
    const named = await TestHost.open({ issuers: ['https://auth.example.com'] });
    expect(await ping(named, token)).toEqual([401, expect.stringMatching(/not one that this host trusts/)]);
    const wide = await TestHost.open();
    wide.node.tokens.issuers.allowsLoopback = false; // as when it listens for other machines
    expect(await ping(wide, token)).toEqual([401, expect.stringMatching(/not on the open network|https address/)]);
  });

  it('[K13] has no address within', () => {
    const inside = ['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.2', '169.254.169.254', '172.31.0.1', '192.168.1.1'];
    const inside6 = [
      '::',
      '::1',
      '::ffff:192.168.1.1',
      '::127.0.0.1',
      '64:ff9b::a00:1',
      'fd12::1',
      'fe80::1',
      'ff02::1',
    ];
    for (const address of [...inside, ...inside6, 'example.com', '']) {
      expect([address, mayReach(address, 'public')]).toEqual([address, false]);
    }
    for (const address of ['93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:93.184.216.34']) {
      expect([address, mayReach(address, 'public')]).toEqual([address, true]);
    }
    expect([
      mayReach('127.0.0.1', 'loopback'),
      mayReach('10.0.0.1', 'loopback'),
      mayReach('10.0.0.1', 'named'),
    ]).toEqual([true, false, true]);
  });
});
