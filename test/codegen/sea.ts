import { describeModule, schema, t, table } from '../../src/module/index.ts';

// A module with procedures, views, events and the rest there is beside tables and reducers.

const ShipKind = t.enum('ShipKind', ['Scout', 'Tug']);
export const Ship = table(
  { name: 'ships', public: true, indexes: [{ accessor: 'byKind', algorithm: 'hash', columns: ['kind', 'cell'] }] },
  { id: t.u32().primaryKey().autoInc(), ownerId: t.identity().index(), kind: ShipKind, cell: t.u16().index('direct') },
);
const Blast = table({ public: true, event: true }, { cell: t.u16(), force: t.f32().default(2.5) });
const Timer = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const Standing = t.row('Standing', { kindName: t.string().primaryKey(), best: t.u32() });

const declared = schema({ theShip: Ship, blast: Blast, timer: Timer });
export const sea = describeModule({
  default: declared,
  myShips: declared.view({ public: true }, t.array(Ship.rowType), () => []),
  flagShip: declared.anonymousView({ name: 'flag_ship', public: true }, t.option(Ship.rowType), () => undefined),
  standings: declared.anonymousView({ public: true }, t.array(Standing), () => []),
  countShips: declared.procedure({ kind: ShipKind }, t.u64(), () => 1n),
  findShip: declared.procedure({ name: 'FindShip' }, { id: t.u32() }, t.option(Ship.rowType), () => undefined),
  reset: declared.procedure(t.unit(), () => ({})),
  poll: declared.procedure({ onSchedule: Timer }, { timer: Timer.rowType }, t.unit(), () => ({})),
  dock: declared.reducer({ ship: Ship.rowType, kinds: t.array(ShipKind) }, () => undefined),
  start: declared.init(() => undefined),
  own: declared.clientVisibilityFilter.sql('SELECT * FROM ships WHERE owner_id = :sender'),
});
