import { expect, it, vi } from 'vitest';
import { SpacetickError } from '../../src/client/index.ts';
import { ConnectionKeeper } from '../../src/react/connection-keeper.ts';
import { sourceOf } from '../../src/react/connection-source.ts';
import { HandClock } from '../client/support/hand-clock.ts';
import { DbConnection } from '../fixtures/bindings/index.ts';

/** A keeper whose connections all fail, in the way that `error` says at that time. */
function failing(error: () => SpacetickError) {
  const clock = new HandClock();
  let attempts = 0;
  const builder = DbConnection.builder()
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('comet-run')
    .withPlatform({
      clock,
      socket: () => {
        attempts++;
        throw error();
      },
    });
  const turn = async (seconds: number) => {
    for (let at = 0; at < seconds; at++) {
      clock.turn(1000);
      await Promise.resolve();
    }
  };
  return { builder, keeper: new ConnectionKeeper(sourceOf(builder), clock), turn, attempts: () => attempts };
}

it('[P9] a host that is away is told of once, and news of it when it comes', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  let error = new SpacetickError('E_CONNECT', 'Nobody answers.');
  const { keeper, turn, attempts } = failing(() => error);
  const release = keeper.hold();
  await turn(10);
  expect(attempts()).toBeGreaterThan(2);
  expect(told.mock.calls).toEqual([[expect.stringContaining('onConnectError'), error]]);
  error = new SpacetickError('E_TOKEN_REJECTED', 'The host does not know you.');
  await turn(30);
  expect(told.mock.calls.slice(1)).toEqual([['[spacetick] no connection: The host does not know you.']]);
  expect(keeper.getState().connectionError).toBe(error);
  release();
  told.mockRestore();
});

it('[P9] where somebody listens, the console is not told', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  let error = new SpacetickError('E_CONNECT', 'Nobody answers.');
  const { builder, keeper, turn, attempts } = failing(() => error);
  const heard: Error[] = [];
  builder.onConnectError((_context, failure) => heard.push(failure));
  const release = keeper.hold();
  await turn(10);
  error = new SpacetickError('E_TOKEN_REJECTED', 'The host does not know you.');
  await turn(30);
  expect(heard).toHaveLength(attempts());
  expect(heard.at(-1)).toBe(error);
  expect(told.mock.calls).toEqual([]);
  release();
  told.mockRestore();
});
