import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionLostError } from '../../src/client/index.ts';
import { actions } from '../../src/phaser/actions.ts';
import { isSame } from '../../src/phaser/plain-value.ts';
import { Identity } from '../../src/values/index.ts';
import { DbConnection } from '../fixtures/bindings/index.ts';

interface Steer {
  x: number;
  keys?: string[];
}

const calls: unknown[] = [];
const steerTo = async (args: Steer) => {
  calls.push(args.x);
};
/** Time is turned by hand: a busy machine would be late. */
const wait = (millis: number) => vi.advanceTimersByTimeAsync(millis);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  calls.length = 0;
});

describe('actions without a scene', () => {
  it('[A5] leaves it to the connection to tell that it is over', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
    for (const isOutdated of [true, false]) {
      const steer = actions(async () => {
        throw new ConnectionLostError('The connection broke.', { isOutdated });
      });
      steer({});
      await wait(1);
      steer.stop();
    }
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });

  it('[A8] says why a reducer may not be there', () => {
    const { steerr } = {} as Record<string, () => Promise<void>>;
    expect(() => actions(steerr!)).toThrow(
      /^actions was given no reducer but undefined\. .*misspelt.*does not export it/,
    );
    expect(() => actions({} as () => Promise<void>)).toThrow(expect.objectContaining({ code: 'E_REDUCER_SOURCE' }));
  });

  it('[A1] [A2] sends the first value at once and the last one when its time has come', async () => {
    const steer = actions(steerTo, { perSecond: 4 });
    for (let x = 1; x <= 10; x++) steer({ x });
    expect(calls).toEqual([1]);
    await wait(249);
    expect(calls).toEqual([1]);
    await wait(1);
    expect(calls).toEqual([1, 10]);
    await wait(1000);
    expect(calls).toEqual([1, 10]);
    steer.stop();
  });

  it('[A1] calls no more often than allowed, however often it is told', async () => {
    const steer = actions(steerTo, { perSecond: 100 });
    const start = performance.now();
    for (let x = 1; performance.now() - start < 100; x++) {
      steer({ x });
      await wait(1);
    }
    expect(calls).toHaveLength(11); // at 0, 10, ... 100 ms
    steer.stop();
  });

  it('[A3] sends neither what was sent last nor what was taken back', async () => {
    const steer = actions(steerTo, { perSecond: 100 });
    steer({ x: 1, keys: ['left'] });
    steer({ x: 1, keys: ['left'] });
    steer({ x: 2 });
    steer({ x: 1, keys: ['left'] });
    await wait(30);
    expect(calls).toEqual([1]);
    steer.forget();
    steer({ x: 1, keys: ['left'] });
    expect(calls).toEqual([1, 1]);
    steer.stop();
  });

  it('[A4] lets go at once, whatever the rate, and only of what was held', () => {
    const steer = actions(steerTo, { perSecond: 1, neutral: { x: 0 } });
    steer.release();
    expect(calls).toEqual([]);
    steer({ x: 5 });
    steer.release();
    steer.release();
    expect(calls).toEqual([5, 0]);
    steer.stop();
    steer({ x: 6 });
    expect(calls).toEqual([5, 0]);
  });

  it('[A4] without a neutral value sends what waited', () => {
    const steer = actions(steerTo, { perSecond: 1 });
    steer({ x: 1 });
    steer({ x: 2 });
    steer.stop();
    expect(calls).toEqual([1, 2]);
  });

  it('[A5] reports a failure with its reason and may send its value again', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const steer = actions(
      async (args: Steer) => {
        calls.push(args.x);
        throw new Error(args.x < 3 ? 'no ship' : 'too fast');
      },
      { perSecond: 1000 },
    );
    for (const x of [1, 1, 2, 3]) {
      steer({ x });
      await wait(4);
    }
    expect(calls).toEqual([1, 1, 2, 3]);
    expect(told.mock.calls.map(([line]) => /failed: ([\w ]+)\./.exec(String(line))?.[1])).toEqual([
      'no ship',
      'too fast',
    ]);
    told.mockRestore();
    steer.stop();
  });

  it('[A5] names the reducer, and counts what is wrong with one argument', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const conn = DbConnection.builder()
      .withUri('http://127.0.0.1:3000')
      .withDatabaseName('comet-run')
      .withPlatform({ socket: () => ({ send() {}, close() {} }) as never })
      .build();
    const steer = actions(conn.reducers.steer);
    for (let frame = 0; frame < 100; frame++) {
      steer({ dx: `left ${frame}` as never, dy: 0 });
      await wait(1000);
    }
    steer({ dx: 0, dy: null as never });
    await wait(1);
    expect(told.mock.calls.map(([line]) => line)).toEqual([
      expect.stringMatching(
        /^\[spacetick\] actions\(steer\): a call failed: .*dx \(f32\): .*"left 0"[^.]*\. Further ones/,
      ),
      expect.stringMatching(/actions\(steer\): 10 calls failed so: .*dx \(f32\): .*"left 9"[^.]*\.$/),
      expect.stringMatching(/actions\(steer\): 100 calls failed so: .*"left 99"[^.]*\.$/),
      expect.stringMatching(/actions\(steer\): a call failed: .*dy \(f32\): /),
    ]);
    told.mockRestore();
    steer.stop();
  });

  it('[A5] takes a reducer that throws for one that failed', () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const steer = actions((_: Steer): Promise<void> => {
      throw new Error('x is not a number');
    });
    steer({ x: 1 });
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
    steer.stop();
  });

  it('[A7] takes arguments as they are at the call', async () => {
    const seen: Steer[] = [];
    const steer = actions(async (args: Steer) => void seen.push(args), { perSecond: 100 });
    const input: Steer = { x: 1, keys: ['up'] };
    steer(input);
    input.x = 2;
    input.keys!.push('left');
    steer(input);
    input.x = 3;
    await wait(10);
    expect(seen).toEqual([
      { x: 1, keys: ['up'] },
      { x: 2, keys: ['up', 'left'] },
    ]);
    steer.stop();
  });
});

describe('what is the same', () => {
  it('[A3] compares content, and values by their own equality', () => {
    const [a, b] = [Identity.fromString('ab'.repeat(32)), Identity.fromString('ab'.repeat(32))];
    expect(isSame({ to: a, at: [1, 2n] }, { at: [1, 2n], to: b })).toBe(true);
    expect(isSame({ to: a }, { to: Identity.zero() })).toBe(false);
    expect(isSame({ x: Number.NaN }, { x: Number.NaN })).toBe(true);
    expect(isSame({ x: undefined }, { y: undefined })).toBe(false);
    expect(isSame([1], { 0: 1 })).toBe(false);
    expect(isSame(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
  });
});
