import { expect, it } from 'vitest';
import { signalOf } from '../../src/game/signal.ts';

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
