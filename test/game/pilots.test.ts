import { Identity } from 'spacetick';
import { expect, it } from 'vitest';
import type { Pilot } from '../../bindings/types.ts';
import { ranking } from '../../src/game/pilots.ts';

function pilot(shipId: number, score: number): Pilot {
  return { shipId, score, owner: new Identity(1n), connection: undefined, name: undefined, tint: 0, bot: false };
}

it('[W20] most points first, older ships first among equals', () => {
  const pilots = [pilot(12, 3), pilot(9, 10), pilot(4, 3), pilot(31, 100), pilot(2, 0)];
  expect(ranking(pilots).map(({ shipId, score }) => [shipId, score])).toEqual([
    [31, 100],
    [9, 10],
    [4, 3],
    [12, 3],
    [2, 0],
  ]);
  expect(pilots[0]!.shipId).toBe(12); // what is ranked stays as it is
});
