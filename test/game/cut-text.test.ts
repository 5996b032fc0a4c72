import { expect, it } from 'vitest';
import { cutText } from '../../src/game/cut-text.ts';

const upTo = (length: number) => (text: string) => [...text].length <= length;

it.each([
  ['Ada', 8, 'Ada'],
  ['Wilhelmina', 8, 'Wilhelm…'],
  ['Ada of Lovelace', 5, 'Ada…'],
  ['🚀🚀🚀🚀', 3, '🚀🚀…'],
  ['W', 0, '…'],
])('[W6] %j in a place for %d characters is %j', (name, places, shown) => {
  expect(cutText(name, upTo(places))).toBe(shown);
});
