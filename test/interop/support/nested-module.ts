/** A module whose columns and return values lie in each other, and whose keys are wide; bundled as `spacetick publish` does. */
export const NESTED = `
const { schema, table, t, SenderError } = require('spacetick/server');

const Cargo = t.enum('Cargo', { Empty: t.unit(), Ore: t.u32(), Mail: t.string() });
const Label = t.enum('Label', { Blank: t.unit(), Load: Cargo, Loads: t.array(Cargo) });
const Part = t.object('Part', { name: t.string(), get parts() { return t.array(Part); } });
const Course = t.enum('Course', { Halt: t.unit(), get Then() { return Leg; } });
const Leg = t.object('Leg', { cell: t.i32(), get rest() { return Course; }, get detour() { return t.option(Course); } });
const crateRow = {
  id: t.u256().primaryKey(),
  grid: t.array(t.array(t.i16())),
  load: t.option(Cargo),
  slots: t.option(t.array(t.option(t.string()))),
  label: Label,
  part: Part,
  course: Course,
  outcome: t.result(t.array(Label), t.option(Part)),
};
const crate = table({ name: 'crate', public: true }, crateRow);
const seal = table({ name: 'seal', public: true }, { id: t.uuid().primaryKey(), count: t.u8() });
const line = table({ name: 'line', public: true }, { id: t.connectionId().primaryKey(), count: t.u8() });
const hold = schema({ crate, seal, line });
exports.default = hold;

exports.stow = hold.reducer(crateRow, (ctx, row) => {
  if (ctx.db.crate.id.find(row.id)) ctx.db.crate.id.update(row);
  else ctx.db.crate.insert(row);
});
exports.unload = hold.reducer({ id: t.u256() }, (ctx, { id }) => {
  if (!ctx.db.crate.id.delete(id)) throw new SenderError('There is no such crate');
});
exports.mark = hold.reducer({ seal: t.uuid(), line: t.connectionId() }, (ctx, { seal, line }) => {
  for (const [rows, id] of [[ctx.db.seal, seal], [ctx.db.line, line]]) {
    const found = rows.id.find(id);
    if (found) rows.id.update({ id, count: found.count + 1 });
    else rows.insert({ id, count: 1 });
  }
});
exports.inspect = hold.procedure({ id: t.u256() }, t.result(t.array(Label), Course), (ctx, { id }) =>
  ctx.withTx((tx) => {
    const found = tx.db.crate.id.find(id);
    return found ? { ok: [found.label, { tag: 'Loads', value: [{ tag: 'Ore', value: 1 }] }] } : { err: { tag: 'Halt' } };
  }),
);
exports.turnOver = hold.procedure({ part: Part, course: t.option(Course) }, t.option(t.array(Part)), (ctx, { part, course }) =>
  course ? [{ name: course.tag, parts: [part] }] : undefined,
);
`;
