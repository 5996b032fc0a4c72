import { describe, expect, it } from 'vitest';
import { TestHost } from './support/test-host.ts';

const LIMIT_MS = 400; // loading the module has it too

const PROGRAM = `
'use strict';
const { schema, t, table } = require('spacetick/server');
const ship = table({ public: true }, { id: t.u32().primaryKey(), cell: t.u32().index() });
const sea = schema({ ship });
exports.default = sea;
exports.launch = sea.reducer({ id: t.u32(), cell: t.u32() }, ({ db }, row) => void db.ship.insert(row));
exports.scuttle = sea.reducer({ id: t.u32() }, ({ db }, { id }) => void db.ship.id.delete(id));
const spinAt = (cell) => (ctx) => {
  const ships = [...ctx.db.ship.cell.filter(cell)];
  if (ships.length === 2) for (;;);
  return ships;
};
exports.maelstrom = sea.anonymousView({ public: true }, t.array(ship.rowType), spinAt(7));
`;

describe('endless views', { timeout: 60_000 }, () => {
  it('[R20] are stopped: who subscribes is told, and a commit that would compute one is undone', async () => {
    const host = await TestHost.open({ reducerLimitMs: LIMIT_MS });
    await host.publish('arena', PROGRAM);
    const player = await host.join();
    await player.ask('launch', [1, 7]);
    await player.ask('launch', [2, 7]);
    expect(await player.subscribe(1, 'SELECT * FROM maelstrom')).toMatchObject({
      type: 'SubscriptionError',
      error: expect.stringMatching(/did not return within 400 ms/),
    });
    await player.ask('scuttle', [2]);
    expect(await player.subscribe(2, 'SELECT * FROM maelstrom')).toMatchObject({ type: 'SubscribeApplied' });
    const stopped = await player.answerTo(player.call('launch', [3, 7]));
    expect(stopped).toMatchObject({ type: 'ReducerResult', status: 'InternalError' });
    expect(host.rows('ship')).toHaveLength(1);
    await player.ask('launch', [4, 8]);
    await player.ask('scuttle', [1]);
    expect(player.messages.at(-1)).toMatchObject({ type: 'TransactionUpdate' });
    expect(host.rows('ship')).toHaveLength(1);
  });
});
