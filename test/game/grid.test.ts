import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Grid } from '../../src/game/module/grid.ts';

const place = fc.record({
  x: fc.double({ min: 0, max: 3200, noNaN: true }),
  y: fc.double({ min: 0, max: 2400, noNaN: true }),
});

it('[G5] what is within reach is found, each point once, wherever it lies', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 60 }), place, fc.integer({ min: 1, max: 150 }), (points, from, reach) => {
      const found: number[] = [];
      const count = new Grid(points, 3200, 2400).near(from.x, from.y, reach, found);
      const near = found.slice(0, count);
      expect(new Set(near).size).toBe(count);
      for (const [i, { x, y }] of points.entries()) {
        if (Math.hypot(x - from.x, y - from.y) <= reach) expect(near).toContain(i);
      }
    }),
  );
});
