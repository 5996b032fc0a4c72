import { t, table } from 'spacetick/server';

// The lagoon's tables and what its functions take: for the module, and for the bindings of its clients.

export const Point = t.object('Point', { x: t.f32(), y: t.f32() });
export const Cargo = t.enum('Cargo', { Empty: t.unit(), Ore: t.u32(), Mail: t.string() });

/** A column of every kind that a hostile frame can aim at. */
export const chestColumns = {
  key: t.u64().primaryKey(),
  small: t.i8(),
  wide: t.i128(),
  wider: t.u256(),
  weight: t.f64(),
  label: t.string(),
  seal: t.byteArray(),
  coins: t.array(t.u16()),
  spots: t.array(Point),
  hidden: t.option(Point),
  cargo: Cargo,
  outcome: t.result(t.u32(), t.string()),
  owner: t.identity(),
  link: t.connectionId(),
  sunk: t.timestamp(),
  depth: t.timeDuration(),
  due: t.scheduleAt(),
  mark: t.uuid(),
};

export const buoyColumns = { cell: t.i32(), text: t.string() };

export const tables = {
  ship: table(
    { name: 'ship', public: true },
    { id: t.u32().primaryKey(), cell: t.i32().index('btree'), name: t.string() },
  ),
  berth: table({ name: 'berth', public: true }, { ship: t.u32().primaryKey(), dock: t.u8() }),
  /** Without a primary key. */
  buoy: table({ name: 'buoy', public: true }, buoyColumns),
  flare: table({ name: 'flare', public: true, event: true }, { force: t.f32(), at: Point }),
  chest: table({ name: 'chest', public: true }, chestColumns),
  tally: table({ name: 'tally', public: true }, { player: t.identity().primaryKey(), count: t.u32() }),
  secret: table({ name: 'secret' }, { id: t.u32().primaryKey() }),
};

/** What reducers take, by name. */
export const params = {
  launch: { id: t.u32(), cell: t.i32(), name: t.string() },
  sink: { id: t.u32() },
  moor: { ship: t.u32(), dock: t.u8() },
  drop: { cell: t.i32(), text: t.string() },
  fire: { force: t.f32() },
  stow: chestColumns,
  count: { count: t.u32() },
  crash: {},
};

export const double = { params: { n: t.u32() }, returns: t.u64() };
