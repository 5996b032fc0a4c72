import { expect, it } from 'vitest';
import { onMap } from '../../src/game/minimap.ts';

const RING_PX = 6.75; // the mark around our ship, with half of its line

it.each([
  [0, 3200, 176],
  [3200, 3200, 176],
  [2400, 2400, 132],
  [-500, 2400, 132], // a host may have another world than it says
  [9000, 2400, 132],
])('[W17] a ship at %d of %d is whole on a map of %d pixels', (place, world, map) => {
  const at = onMap(place, world, map);
  expect(at).toBeGreaterThanOrEqual(RING_PX);
  expect(at).toBeLessThanOrEqual(map - RING_PX);
});

it('[W17] the middle is in the middle', () => {
  expect(onMap(1600, 3200, 176)).toBe(88);
});
