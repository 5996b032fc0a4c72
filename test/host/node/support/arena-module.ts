/** A module as `spacetick publish` bundles it: a function body that asks for the module API. */
export const ARENA = `
const { schema, table, t, SenderError, ScheduleAt, TimeDuration } = require('spacetick/server');

const ship = table({ name: 'ship', public: true }, {
  id: t.u32().primaryKey().autoInc(),
  owner: t.identity(),
  x: t.f32(),
});
const visit = table({ name: 'visit', public: true }, {
  id: t.u32().primaryKey().autoInc(),
  who: t.identity(),
  what: t.string(),
});
const cargo = table({ name: 'cargo', public: true }, { id: t.u32().primaryKey().autoInc(), text: t.string() });
const rule = table({ name: 'rule' }, { id: t.u8().primaryKey(), text: t.string() });
const beat = table({ name: 'beat', public: true }, { id: t.u8().primaryKey(), count: t.u32() });
const beatTimer = table({ name: 'beat_timer' }, {
  scheduledId: t.u64().primaryKey().autoInc(),
  scheduledAt: t.scheduleAt(),
});
const arena = schema({ ship, visit, cargo, rule, beat, beatTimer });
exports.default = arena;

const ruleOf = (ctx) => ctx.db.rule.id.find(0)?.text ?? '';

exports.init = arena.init((ctx) => {
  ctx.db.beat.insert({ id: 0, count: 0 });
});
exports.clientConnected = arena.clientConnected((ctx) => {
  if (ruleOf(ctx) === 'closed') throw new SenderError('The arena is closed.');
  if (ruleOf(ctx) === 'broken') throw new Error('the gate fell off');
  ctx.db.visit.insert({ id: 0, who: ctx.sender, what: 'came' });
  if (ruleOf(ctx) === 'endless gate') for (;;);
});
exports.clientDisconnected = arena.clientDisconnected((ctx) => {
  ctx.db.visit.insert({ id: 0, who: ctx.sender, what: 'left' });
});
exports.setRule = arena.reducer({ text: t.string() }, (ctx, { text }) => {
  const found = ctx.db.rule.id.find(0);
  if (found) ctx.db.rule.id.update({ id: 0, text });
  else ctx.db.rule.insert({ id: 0, text });
});
exports.launch = arena.reducer({ x: t.f32() }, (ctx, { x }) => {
  if (x < 0) throw new SenderError('The arena begins at 0.');
  if (x > 1000) throw new TypeError('x went through the wall');
  ctx.db.ship.insert({ id: 0, owner: ctx.sender, x });
});
exports.load = arena.reducer({ crates: t.u32(), chars: t.u32() }, (ctx, { crates, chars }) => {
  for (let i = 0; i < crates; i++) ctx.db.cargo.insert({ id: 0, text: 'c'.repeat(chars) });
});
exports.unload = arena.reducer((ctx) => {
  for (const { id } of ctx.db.cargo.iter()) ctx.db.cargo.id.delete(id);
});
exports.spin = arena.reducer((ctx) => {
  ctx.db.ship.insert({ id: 0, owner: ctx.sender, x: 13 });
  try { for (;;); } finally { for (;;); }
});
exports.dawdle = arena.reducer((ctx) => {
  let sum = 0;
  for (let i = 0; i < 2_000_000; i++) sum += i;
  ctx.db.ship.insert({ id: 0, owner: ctx.sender, x: sum % 7 });
});
exports.tellTime = arena.reducer((ctx) => {
  console.info('it is ' + Date.now());
});
exports.startBeat = arena.reducer((ctx) => {
  ctx.db.beatTimer.insert({ scheduledId: 0n, scheduledAt: ScheduleAt.interval(20000n) });
});
exports.step = arena.reducer({ onSchedule: beatTimer }, { timer: beatTimer.rowType }, (ctx) => {
  const { count } = ctx.db.beat.id.find(0);
  ctx.db.beat.id.update({ id: 0, count: count + 1 });
  if (ruleOf(ctx) === 'endless beat') {
    ctx.db.rule.id.update({ id: 0, text: 'never kept' });
    for (;;);
  }
});
`;

/** The smallest module. */
export const EMPTY = `
const { schema, table, t } = require('spacetick/server');
exports.default = schema({ orb: table({ name: 'orb', public: true }, { id: t.u32().primaryKey(), kind: t.u8() }) });
`;
