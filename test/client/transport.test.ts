import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../src/client/arrivals.ts';
import { browserCanInflate, browserInflate, type Inflate, MAX_INFLATED_BYTES } from '../../src/client/inflate.ts';
import { nodeInflate } from '../../src/client/node/inflate.ts';
import { Outbox } from '../../src/client/outbox.ts';
import { type ClientProtocol, msgpackProtocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);
const payload = (compression: number, of: string): Uint8Array => Uint8Array.of(compression, ...bytes(of));

describe('what arrives', () => {
  /** An inflater that is done when the test says so. */
  function slowInflate() {
    const jobs: { finish(): void; fail(error: Error): void }[] = [];
    const inflate: Inflate = (body) =>
      new Promise((resolve, reject) => jobs.push({ finish: () => resolve(body), fail: reject }));
    return { jobs, inflate };
  }

  it('[W4] waits for what arrived before it and is still being inflated', async () => {
    const log: string[] = [];
    const { jobs, inflate } = slowInflate();
    const arrivals = new Arrivals(inflate, (error) => log.push(error.message));
    const deliver = (body: Uint8Array) => void log.push(text(body));
    arrivals.payload(payload(0, 'one'), deliver);
    arrivals.payload(payload(2, 'two'), deliver);
    arrivals.payload(payload(1, 'three'), deliver);
    arrivals.payload(payload(0, 'four'), deliver);
    arrivals.inOrder(() => log.push('the end'));
    expect(log).toEqual(['one']);
    jobs[1]!.finish();
    await Promise.resolve();
    expect(log).toEqual(['one']);
    jobs[0]!.finish();
    await new Promise(setImmediate);
    expect(log).toEqual(['one', 'two', 'three', 'four', 'the end']);
  });

  it('[W5] damaged and unknown payloads fail in their turn', async () => {
    const log: string[] = [];
    const { jobs, inflate } = slowInflate();
    const arrivals = new Arrivals(inflate, (error) => log.push(error.message));
    arrivals.payload(payload(2, 'one'), (body) => void log.push(text(body)));
    arrivals.payload(payload(7, 'two'), () => log.push('never'));
    arrivals.payload(Uint8Array.of(), () => log.push('never'));
    expect(log).toEqual([]);
    jobs[0]!.fail(new Error('damaged'));
    await new Promise(setImmediate);
    expect(log[0]).toBe('damaged');
    expect(log[1]).toMatch(/byte 7/);
    expect(log[2]).toMatch(/byte undefined/);
  });
});

describe('inflating', () => {
  it.each([
    ['gzip in a browser', browserInflate, 'gzip', gzipSync],
    ['gzip in Node', nodeInflate, 'gzip', gzipSync],
    ['brotli in Node', nodeInflate, 'brotli', brotliCompressSync],
  ] as const)('[W5] %s', async (_name, inflate, compression, compress) => {
    const long = 'spacetick '.repeat(100_000);
    expect(text(await inflate(compress(long), compression))).toBe(long);
    const half = compress(long).subarray(0, compress(long).length / 2);
    await expect(inflate(half, compression)).rejects.toMatchObject({ code: 'E_WIRE_DECODE' });
    await expect(inflate(bytes('no such thing'), compression)).rejects.toMatchObject({ code: 'E_WIRE_DECODE' });
  });

  it('[W5] a payload that grows without end is given up', async () => {
    const bomb = gzipSync(new Uint8Array(MAX_INFLATED_BYTES + 1), { level: 1 });
    expect(bomb.length).toBeLessThan(4_000_000);
    for (const inflate of [browserInflate, nodeInflate]) {
      await expect(inflate(bomb, 'gzip')).rejects.toMatchObject({ code: 'E_WIRE_DECODE' });
    }
  });

  it('[W6] a platform knows what it can read', () => {
    expect(browserCanInflate('gzip')).toBe(true);
    expect(browserCanInflate('zip' as 'gzip')).toBe(false);
  });
});

describe('what waits to be sent', () => {
  const message =
    (of: string) =>
    ({ name }: ClientProtocol): Uint8Array =>
      bytes(`${name.slice(0, 2)}:${of}`);

  it('[W1] is said in the subprotocol that the host chooses, as it was when it was said', () => {
    const outbox = new Outbox([msgpackProtocol, v3Protocol, v2Protocol]);
    const said = { text: 'a' };
    outbox.push((protocol) => message(said.text)(protocol));
    said.text = 'b';
    outbox.push(message('c'));
    outbox.speak(v2Protocol);
    outbox.push(message('d'));
    expect(outbox.take().map(text)).toEqual(['v2:a', 'v2:c', 'v2:d']);
    expect(outbox.take()).toEqual([]);
  });

  it('[W1] what cannot be written is not kept', () => {
    const outbox = new Outbox([msgpackProtocol, v3Protocol]);
    const refuse = () => {
      throw new Error('no');
    };
    expect(() => outbox.push(refuse)).toThrow('no');
    outbox.speak(v3Protocol);
    expect(() => outbox.push(refuse)).toThrow('no');
    expect(outbox.take()).toEqual([]);
  });

  it('[W3] shares payloads on v3, up to their size, and on no other', () => {
    const outbox = new Outbox([v3Protocol]);
    outbox.speak(v3Protocol);
    const size = 100_000;
    for (const letter of 'abc') outbox.push(() => bytes(letter.repeat(size)));
    outbox.push(() => bytes('d'.repeat(300_000)));
    outbox.push(() => bytes('e'));
    const payloads = outbox.take().map(text);
    expect(payloads.map((of) => of.length)).toEqual([2 * size, size, 300_000, 1]);
    expect(payloads.join('')).toBe(
      `${['a', 'b', 'c'].map((letter) => letter.repeat(size)).join('')}${'d'.repeat(300_000)}e`,
    );
    const single = new Outbox([v2Protocol]);
    single.speak(v2Protocol);
    single.push(message('a'));
    single.push(message('b'));
    expect(single.take()).toHaveLength(2);
  });
});
