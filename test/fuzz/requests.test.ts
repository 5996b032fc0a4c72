import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pick, type Random, randomOf } from '../random.ts';
import { FuzzHost } from './fuzz-host.ts';
import { HonestPlayer, inTime } from './honest-player.ts';
import { mutated } from './mutate.ts';
import { type Asked, requests } from './routes.ts';
import { announce, SEED, shown } from './seed.ts';
import { strangeQuery } from './strange.ts';

const AT_ONCE = 8;
const MAX_GROWTH = 48 * 1024 * 1024; // strangers' databases are among it: whoever reaches a host may publish
const QUIET_MS = 150; // bytes that are no whole request are waited for, as long as their sender stays
const UNNAMED = '/v1/database';

interface Answer {
  readonly status: number;
  readonly text: string;
}

let host: FuzzHost | undefined;
let corpus: readonly Asked[];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  host = await FuzzHost.start();
  const answer = await fetch(`${host.url}/v1/identity`, { method: 'POST' });
  corpus = requests((await answer.json()) as { token: string; identity: string });
});

afterAll(async () => {
  agent.destroy();
  expect(await host?.close()).toEqual({ code: 0, stderr: '' });
});

function ask({ method, path, headers, body }: Asked): Promise<Answer> {
  const { hostname, port } = new URL(host!.url);
  return inTime(
    new Promise((resolve, reject) => {
      const take = (response: IncomingMessage): void => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }));
      };
      request({ hostname, port, agent, method, path, headers: { ...headers, 'content-length': body.length } }, take)
        .on('error', reject)
        .end(Buffer.from(body, 'latin1'));
    }),
  );
}

it('[F2] each route, as it ought to be asked', async () => {
  for (const asked of corpus) {
    const { status, text } = await ask(asked);
    expect([asked.method, asked.path, status, text]).toEqual([asked.method, asked.path, expect.any(Number), text]);
    expect(status, `${asked.method} ${asked.path}: ${text}`).toBeLessThan(300);
  }
});

const TEXTS = [
  '',
  '0',
  'null',
  '[]',
  '{}',
  '[',
  '"',
  '../..',
  '%',
  '%00',
  '%ff',
  '%2f',
  '~'.repeat(3000),
  '\u00ff',
  'lagoon',
  '0x',
  '-1',
  'constructor',
  '__proto__',
];
const BODIES = [
  '',
  'null',
  '[',
  '[[',
  '"\\ud800"',
  '{"__proto__":1}',
  '[1e999, []]',
  '[1, ["a"], 3]',
  '{"id": 1}',
  '[-1, []]',
  `${'['.repeat(2000)}`,
  `[1, [${'"x",'.repeat(20_000)}"x"]]`,
  `{"id": ${'9'.repeat(5000)}, "tags": []}`,
  '\u00ff\u00fe',
  ' '.repeat(100_000),
];
const TOKENS = [
  '',
  'x',
  '..',
  'e30.e30.e30',
  'eyJhbGciOiJub25lIn0.eyJpc3MiOiJsb2NhbGhvc3QiLCJzdWIiOiJhIiwiaWF0IjoxfQ.',
  `${Buffer.from('{"alg":"HS256","kid":"../../x"}').toString('base64url')}.${Buffer.from('{"iss":"http://127.0.0.1:1/","sub":"x","iat":1}').toString('base64url')}.AAAA`,
  `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('[]').toString('base64url')}.AAAA`,
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytes = (from: string): Uint8Array => new Uint8Array(Buffer.from(from, 'latin1'));
/** UTF-8 in the bytes of a body. */
const latin1 = (from: string): string => Buffer.from(from).toString('latin1');
/** A text of the corpus, changed. */
const bent = (from: string, random: Random, others: readonly string[]): string =>
  text(mutated(bytes(from), random, others.map(bytes)));

/** What `node:http` takes for a path. */
const pathOf = (from: string): string =>
  from.replaceAll(/[^\u0021-\u007e]/g, (char) => encodeURIComponent(char)).replace(/^(?!\/)/, '/');
const headerOf = (from: string): string => from.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '');

/** A request that is whole, and nothing an honest client asks. */
function strange(asked: Asked, random: Random): Asked {
  let { method, path, headers, body } = asked;
  for (let left = 1 + random(2); left > 0; left--) {
    switch (random(8)) {
      case 0:
        path = pathOf(
          bent(
            path,
            random,
            corpus.map((other) => other.path),
          ),
        );
        break;
      case 1: {
        const parts = path.split(/(?<=[/?=&])/);
        parts[random(parts.length)] = pick(random, TEXTS);
        path = pathOf(parts.join(''));
        break;
      }
      case 2:
        path = `${path}${path.includes('?') ? '&' : '?'}${pick(random, ['token', 'version', 'num_lines', 'clear', 'policy', 'host_type', 'x'])}=${encodeURIComponent(pick(random, TEXTS))}`;
        break;
      case 3:
        method = pick(random, METHODS);
        break;
      case 4:
        headers = {
          ...headers,
          authorization: headerOf(
            `Bearer ${random(2) === 0 ? pick(random, TOKENS) : bent(headers.authorization!, random, TOKENS)}`,
          ),
        };
        break;
      case 5:
        headers = {
          ...headers,
          [pick(random, [
            'content-type',
            'origin',
            'host',
            'accept',
            'x-forwarded-for',
            'cookie',
            'if-none-match',
            'range',
          ])]: headerOf(pick(random, [...TEXTS, 'text/html', 'application/json; charset=x'])),
        };
        break;
      case 6:
        body = path.endsWith('/sql') && random(3) > 0 ? latin1(strangeQuery(random)) : pick(random, BODIES);
        break;
      case 7:
        body = bent(
          body,
          random,
          corpus.map((other) => other.body),
        );
    }
  }
  return { method, path, headers, body };
}

function expectSound({ status, text: said }: Answer, { method }: Pick<Asked, 'method'>, where: string): void {
  expect(said, where).not.toMatch(/The host failed/);
  if (status < 400) return;
  expect(status, where).toBeLessThan(600);
  if (method !== 'HEAD') expect(said, where).toMatch(/\S/);
}

it('[F2] whole requests, mutated, while somebody plays', { timeout: 300_000 }, async () => {
  const count = announce(5000, 'requests');
  const honest = await HonestPlayer.join(host!.url);
  const before = await host!.held();
  const statuses = new Map<number, number>();
  let left = count;
  const lane = async (number: number): Promise<void> => {
    const random = randomOf(SEED + number);
    while (left-- > 0) {
      const asked = random(10) === 0 ? pick(random, corpus) : strange(pick(random, corpus), random);
      // Databases without a name stay; a few are enough.
      if (asked.method === 'POST' && asked.path.replace(/\/?\?.*/, '') === UNNAMED && random(20) > 0) continue;
      const where = `seed ${SEED}: ${asked.method} ${asked.path} ${JSON.stringify(asked.headers)} ${shown(bytes(asked.body))}`;
      const answer = await ask(asked).catch((error: unknown) => {
        throw new Error(where, { cause: error });
      });
      expectSound(answer, asked, where);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => lane(number)));
  await honest.stop();
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405]));
  expect((await host!.held()) - before).toBeLessThan(MAX_GROWTH);
});

/** Sends bytes, and hears what comes until the host ends, or nothing has come for a while. */
function exchange(sent: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(host!.url);
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(sent));
    socket.setTimeout(QUIET_MS, () => socket.destroy());
    socket.on('data', (data) => heard.push(data));
    socket.on('error', () => undefined); // a reset is an end
    socket.on('close', () => resolve(Buffer.concat(heard).toString('latin1')));
  });
}

const UPGRADE = `GET /v1/database/lagoon/subscribe?compression=None&light=false HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: v1.msgpack.spacetick\r\n\r\n`;

it('[F2] bytes that may be no request at all, and upgrades', { timeout: 300_000 }, async () => {
  const count = announce(600, 'requests and upgrades, byte for byte');
  const honest = await HonestPlayer.join(host!.url);
  const wires = corpus.map(({ method, path, headers, body }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = `content-length: ${body.length}\r\n`;
    return bytes(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('')}${length}\r\n${body}`);
  });
  const upgrades = Array.from(wires, () => bytes(UPGRADE)); // as many: half of what is sent is an upgrade
  expect(await exchange(upgrades[0]!)).toMatch(/^HTTP\/1\.1 101 /);
  let left = count;
  const lane = async (number: number): Promise<void> => {
    const random = randomOf(SEED + number);
    while (left-- > 0) {
      const all = [...wires, ...upgrades];
      const sent = mutated(pick(random, all), random, all);
      const where = `seed ${SEED}: ${shown(sent)}`;
      const heard = await exchange(sent);
      if (heard !== '') expect(heard, where).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect(heard, where).not.toMatch(/The host failed/);
    }
  };
  await Promise.all(Array.from({ length: 4 * AT_ONCE }, (_, number) => lane(number)));
  await honest.stop();
  expect((await ask(corpus[2]!)).status).toBe(200);
});
