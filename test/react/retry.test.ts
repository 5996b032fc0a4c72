import { describe, expect, it } from 'vitest';
import { Retry } from '../../src/react/retry.ts';
import { HandClock } from '../client/support/hand-clock.ts';

describe('trying again', () => {
  it('[P3] waits a second, then twice as long each time, 30 seconds at most', () => {
    const clock = new HandClock();
    const attempts: number[] = [];
    const retry = new Retry(clock, () => {
      attempts.push(clock.now() / 1000);
      retry.failed();
    });
    retry.failed();
    retry.failed(); // the same failure, told twice
    clock.turn(125_000);
    expect(attempts).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
    retry.succeeded();
    clock.turn(26_500);
    expect(attempts.slice(8)).toEqual([151]);
    clock.turn(1000);
    expect(attempts.slice(9)).toEqual([152]);
    retry.stop();
    clock.turn(60_000);
    expect(attempts).toHaveLength(10);
  });
});
