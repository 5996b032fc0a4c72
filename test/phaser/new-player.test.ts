import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SpacetickError } from '../../src/client/index.ts';
import { offerNewPlayer } from '../../src/phaser/new-player.ts';
import { claimPlayer, type Player } from '../../src/phaser/player-token.ts';

const refused = new SpacetickError('E_TOKEN_REJECTED', 'The host does not take this token.');
let player: Player;
const restarts: (string | undefined)[] = [];
const restart = () => void restarts.push(player.token);

beforeEach(async () => {
  player = await claimPlayer({ uri: 'ws://127.0.0.1:3000', database: 'comet-run' });
  player.save('old');
});

afterEach(() => {
  restarts.length = 0;
  player.release();
  vi.restoreAllMocks();
});

it('[P9] forgets the token and starts again when the player says yes', async () => {
  let held: string | undefined;
  const ask = () => {
    held = player.token; // nothing is lost before the answer
    return true;
  };
  expect(await offerNewPlayer(player, refused, { ask, restart })).toBe(true);
  expect([held, player.token, restarts]).toEqual(['old', undefined, [undefined]]);
});

it('[P9] leaves everything as it is when they say no', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await offerNewPlayer(player, refused, { ask: async () => false, restart })).toBe(false);
  expect([player.token, restarts]).toEqual(['old', []]);
  expect(told.mock.calls).toEqual([[`[spacetick] no connection: ${refused.message}`]]);
});

it('[P9] tells any other error in one line, and asks nothing', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const ask = vi.fn(() => true);
  const error = new SpacetickError('E_CONNECT', 'Nobody answers.');
  expect(await offerNewPlayer(player, error, { ask, restart })).toBe(false);
  expect(told.mock.calls).toEqual([['[spacetick] no connection: Nobody answers.']]);
  expect([ask.mock.calls, player.token, restarts]).toEqual([[], 'old', []]);
});
