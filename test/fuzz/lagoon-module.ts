import { SenderError, schema, t } from 'spacetick/server';
import { double, params, tables } from './lagoon-tables.ts';

// A small game whose tables stay small, whatever strangers call and however often.

const MAX_ROWS = 16; // a join of five tables looks at a million then

const lagoon = schema(tables);
export default lagoon;

export const launch = lagoon.reducer(params.launch, ({ db }, { id, cell, name }) => {
  if (name === '') throw new SenderError('A ship needs a name');
  const row = { id: id % MAX_ROWS, cell, name: name.slice(0, 200) };
  if (db.ship.id.find(row.id)) db.ship.id.update(row);
  else db.ship.insert(row);
});

export const sink = lagoon.reducer(params.sink, ({ db }, { id }) => {
  db.ship.id.delete(id % MAX_ROWS);
});

export const moor = lagoon.reducer(params.moor, ({ db }, { ship, dock }) => {
  const row = { ship: ship % MAX_ROWS, dock };
  if (db.berth.ship.find(row.ship)) db.berth.ship.update(row);
  else db.berth.insert(row);
});

export const drop = lagoon.reducer({ publicArgs: true }, params.drop, ({ db }, { cell, text }) => {
  if (db.buoy.count() >= BigInt(MAX_ROWS)) for (const row of [...db.buoy.iter()]) db.buoy.delete(row);
  db.buoy.insert({ cell, text: text.slice(0, 32) });
});

export const fire = lagoon.reducer(params.fire, ({ db }, { force }) => {
  db.flare.insert({ force, at: { x: 1, y: -1 } });
});

export const stow = lagoon.reducer(params.stow, ({ db }, chest) => {
  const row = { ...chest, key: chest.key % 16n, label: chest.label.slice(0, 32), seal: chest.seal.slice(0, 32) };
  if (row.coins.length > MAX_ROWS || row.spots.length > MAX_ROWS) throw new SenderError('The chest is full');
  if (db.chest.key.find(row.key)) db.chest.key.update(row);
  else db.chest.insert(row);
});

/** For the honest player, who checks that it arrives. */
export const count = lagoon.reducer(params.count, ({ db, sender }, { count }) => {
  if (db.tally.player.find(sender)) db.tally.player.update({ player: sender, count });
  else db.tally.insert({ player: sender, count });
});

export const crash = lagoon.reducer(params.crash, () => {
  throw new Error('the mast broke');
});

export const crowd = lagoon.anonymousView({ name: 'crowd', public: true }, t.array(tables.buoy.rowType), ({ db }) =>
  [...db.buoy.iter()].filter(({ text }) => text !== ''),
);

export const twice = lagoon.procedure(double.params, double.returns, (ctx, { n }) => {
  if (n === 0) throw new SenderError('There is nothing to double');
  ctx.withTx(({ db }) => {
    if (db.secret.count() < BigInt(MAX_ROWS)) db.secret.insert({ id: Number(db.secret.count()) });
  });
  return BigInt(n) * 2n;
});
