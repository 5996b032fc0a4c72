/** A module with every kind of column, reducer and table that a client meets; as `spacetick publish` bundles it. */
export const HARBOUR = `
const { schema, table, t, SenderError } = require('spacetick/server');

const Cargo = t.enum('Cargo', { Empty: t.unit(), Ore: t.u32(), Mail: t.string() });
const Point = t.object('Point', { x: t.f32(), y: t.f32() });
const user = table({ name: 'user', public: true }, {
  identity: t.identity().primaryKey(),
  name: t.string().optional(),
  online: t.bool(),
});
const message = table({ name: 'message', public: true }, {
  sender: t.identity(),
  sent: t.timestamp(),
  text: t.string(),
});
const ship = table({ name: 'ship', public: true }, {
  id: t.u32().primaryKey(),
  cell: t.i32().index('btree'),
  callSign: t.string(),
});
const bump = table({ name: 'bump', public: true, event: true }, { force: t.f32(), where: Point });
const berth = table({ name: 'berth', public: true }, { ship: t.u32().primaryKey(), dock: t.u8() });
const buoy = table({ name: 'buoy', public: true, indexes: [
  { accessor: 'byLane', algorithm: 'hash', columns: ['lane', 'side'] },
  { accessor: 'byMark', algorithm: 'direct', column: 'mark' },
] }, {
  id: t.u32().primaryKey(),
  lane: t.string(),
  side: t.u8().index('hash'),
  mark: t.u16(),
  slot: t.u8().index('direct').unique(),
});
const rule = table({ name: 'rule' }, { id: t.u8().primaryKey() });
const every = {
  key: t.u64().primaryKey(),
  flag: t.bool(),
  i8: t.i8(), u8: t.u8(), i16: t.i16(), u16: t.u16(), i32: t.i32(), u32: t.u32(),
  i64: t.i64(), u64: t.u64(), i128: t.i128(), u128: t.u128(), i256: t.i256(), u256: t.u256(),
  f32: t.f32(), f64: t.f64(),
  text: t.string(),
  bytes: t.byteArray(),
  list: t.array(t.string()),
  points: t.array(Point),
  point: Point,
  cargo: Cargo,
  maybe: t.option(t.u32()),
  outcome: t.result(t.u32(), t.u32()),
  who: t.identity(),
  connection: t.connectionId(),
  at: t.timestamp(),
  took: t.timeDuration(),
  when: t.scheduleAt(),
  uuid: t.uuid(),
};
const sample = table({ name: 'sample', public: true }, every);
const harbour = schema({ user, message, ship, bump, berth, buoy, rule, sample });
exports.default = harbour;

exports.onConnect = harbour.clientConnected((ctx) => {
  const known = ctx.db.user.identity.find(ctx.sender);
  if (known) ctx.db.user.identity.update({ ...known, online: true });
  else ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
});
exports.onDisconnect = harbour.clientDisconnected((ctx) => {
  ctx.db.user.identity.update({ ...ctx.db.user.identity.find(ctx.sender), online: false });
});
exports.setName = harbour.reducer({ name: t.string() }, (ctx, { name }) => {
  if (name === '') throw new SenderError('Names must not be empty');
  ctx.db.user.identity.update({ ...ctx.db.user.identity.find(ctx.sender), name });
});
exports.sendMessage = harbour.reducer({ publicArgs: true }, { text: t.string() }, (ctx, { text }) => {
  if (text === '') throw new SenderError('Messages must not be empty');
  ctx.db.message.insert({ sender: ctx.sender, sent: ctx.timestamp, text });
});
exports.launch = harbour.reducer({ from: t.u32(), count: t.u32() }, (ctx, { from, count }) => {
  for (let id = from; id < from + count; id++) ctx.db.ship.insert({ id, cell: id % 10, callSign: 'ship ' + id });
});
exports.move = harbour.reducer({ id: t.u32(), cell: t.i32() }, (ctx, { id, cell }) => {
  const found = ctx.db.ship.id.find(id);
  if (!found) throw new SenderError('There is no ship ' + id);
  ctx.db.ship.id.update({ ...found, cell });
});
exports.drift = harbour.reducer({ by: t.i32() }, (ctx, { by }) => {
  for (const found of ctx.db.ship.iter()) ctx.db.ship.id.update({ ...found, cell: found.cell + by });
});
exports.sink = harbour.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.ship.id.delete(id);
});
exports.hush = harbour.reducer((ctx) => {
  for (const found of ctx.db.message.iter()) if (found.text !== 'keep') ctx.db.message.delete(found);
});
exports.moor = harbour.reducer({ ship: t.u32(), dock: t.u8() }, (ctx, row) => {
  if (ctx.db.berth.ship.find(row.ship)) ctx.db.berth.ship.update(row);
  else ctx.db.berth.insert(row);
});
exports.layBuoy = harbour.reducer({ id: t.u32(), lane: t.string(), side: t.u8(), mark: t.u16() }, (ctx, row) => {
  ctx.db.buoy.insert({ ...row, slot: row.id + 100 });
});
exports.strangers = harbour.anonymousView({ name: 'strangers', public: true }, t.array(message.rowType), (ctx) =>
  [...ctx.db.message.iter()].filter(({ text }) => text !== 'keep'),
);
exports.crash = harbour.reducer((ctx) => {
  throw new Error('the crane fell over');
});
exports.ram = harbour.reducer({ force: t.f32() }, (ctx, { force }) => {
  ctx.db.bump.insert({ force, where: { x: 1, y: -1 } });
});
exports.double = harbour.procedure({ n: t.u32() }, t.u64(), (ctx, { n }) => {
  if (n === 0) throw new SenderError('There is nothing to double');
  ctx.withTx((tx) => tx.db.message.insert({ sender: ctx.sender, sent: tx.timestamp, text: 'doubled ' + n }));
  return BigInt(n) * 2n;
});
exports.keep = harbour.reducer(every, (ctx, row) => {
  if (ctx.db.sample.key.find(row.key)) ctx.db.sample.key.update(row);
  else ctx.db.sample.insert(row);
});
`;
