import { expect, it } from 'vitest';
import { pingText, signalOf } from '../../src/game/signal.ts';

it.each([
  ['online', undefined, 'online'],
  ['online', 119, 'online'],
  ['online', 120, 'fair'],
  ['online', 299, 'fair'],
  ['online', 300, 'poor'],
  ['lost', 20, 'lost'],
  ['connecting', 900, 'connecting'],
] as const)('[W15] %s with a ping of %s shows as %s', (phase, ping, signal) => {
  expect(signalOf(phase, ping)).toBe(signal);
});

it('[W15] a ping is short to read', () => {
  expect([0.4, 23.6, 999, 1000, 11_266].map(pingText)).toEqual(['0 ms', '24 ms', '999 ms', '1.0 s', '11.3 s']);
});
