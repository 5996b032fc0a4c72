import {
  EMPTY_MODULE,
  type Lifecycle,
  type ModuleDef,
  type Params,
  resolveReducer,
  resolveTables,
  table,
} from '../../src/schema/index.ts';
import { type TypeBuilder, t } from '../../src/values/index.ts';

// A module that uses every kind of column there is, and the names that are hard to print.

export const Vec2 = t.object('Vec2', { x: t.f32(), y: t.f32() });

/** Recursive through an array and an option. */
export type Wreck = { name: string; parts: Wreck[]; tow_line: Wreck | undefined };
export const Wreck: TypeBuilder<Wreck> = t.object('Wreck', {
  name: t.string(),
  get parts() {
    return t.array(Wreck);
  },
  get tow_line() {
    return t.option(Wreck);
  },
});

/** Recursive through each other. */
export type Order = { tag: 'halt'; value?: Record<string, never> } | { tag: 'Then'; value: Orders };
export type Orders = { first: Order; rest: Order[] };
export const Order: TypeBuilder<Order> = t.enum('Order', {
  halt: t.unit(),
  get Then() {
    return Orders;
  },
});
export const Orders: TypeBuilder<Orders> = t.object('Orders', { first: Order, rest: t.array(Order) });

export const ShipKind = t.enum('ShipKind', ['Scout', 'heavy_freighter']);

export const Effect = t.enum('Effect', {
  None: t.unit(),
  Shield: t.u8(),
  Warp: Vec2,
  Labels: t.array(t.string()),
  Linked: t.option(t.identity()),
});

const shipRow = t.row('Ship', {
  id: t.u32().primaryKey().autoInc(),
  owner: t.identity().unique(),
  chunk_x: t.i32(),
  chunk_y: t.i32(),
  kind: ShipKind,
  position: Vec2,
  score: t.u64().index(),
});

export const allColumns = t.row('Cargo', {
  flag: t.bool(),
  a8: t.u8(),
  b8: t.i8(),
  a16: t.u16(),
  b16: t.i16(),
  a32: t.u32(),
  b32: t.i32(),
  a64: t.u64(),
  b64: t.i64(),
  a128: t.u128(),
  b128: t.i128(),
  a256: t.u256(),
  b256: t.i256(),
  small: t.f32(),
  large: t.f64(),
  label: t.string(),
  blob: t.byteArray(),
  who: t.identity(),
  line: t.connectionId(),
  at: t.timestamp(),
  lasts: t.timeDuration(),
  serial: t.uuid(),
  due: t.scheduleAt(),
  none: t.unit(),
  list: t.array(t.u16()),
  grid: t.array(t.array(t.option(Vec2))),
  maybe: t.option(t.string()),
  twice: t.option(t.option(t.u8())),
  outcome: t.result(t.u32(), t.string()),
  outcomes: t.array(t.result(Vec2, t.unit())),
  effect: Effect,
  wreck: Wreck,
  order: Order,
  'odd name!': t.u8(),
  default: t.bool(),
  class: t.string().name('class_name'),
});

export const arenaTables = resolveTables({
  ship: table(
    {
      public: true,
      indexes: [
        { accessor: 'by_chunk', algorithm: 'btree', columns: ['chunk_x', 'chunk_y'] },
        { accessor: 'kindIndex', name: 'ship_kinds', algorithm: 'hash', columns: ['kind'] },
      ],
    },
    shipRow,
  ),
  // The same row type in a second table.
  parked_ship: table({ public: true }, shipRow),
  cargo: table({ public: true }, allColumns),
  kind: table({ name: 'kind_stats', public: true }, { kind: ShipKind.primaryKey(), built: t.u32() }),
  seat: table(
    { public: true, constraints: [{ constraint: 'unique', columns: ['row', 'column'] }] },
    { row: t.u8(), column: t.u8() },
  ),
  bump: table({ public: true, event: true }, { ship: t.u32(), force: t.f32() }),
  delete: table({ public: true }, { new: t.u8() }),
  ledger: table({}, { secret: t.string(), stash: t.object('Stash', { gold: t.u64() }) }),
  step_timer: table({ scheduled: 'step' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() }),
});

function reducer(name: string, params: Params, special: { lifecycle?: Lifecycle; scheduledBy?: string } = {}) {
  return {
    ...resolveReducer(name, params),
    lifecycle: special.lifecycle,
    scheduledBy: special.scheduledBy,
    publicArgs: false,
  };
}

export const arena: ModuleDef = {
  ...EMPTY_MODULE,
  tables: arenaTables,
  reducers: [
    reducer('steer', { ship_id: t.u32(), to: Vec2, orders: t.array(Order), note: t.option(t.string()) }),
    reducer('set_name', { name: t.string() }),
    reducer('join', {}),
    reducer('delete', { class: t.u8() }),
    reducer('ship', { kind: ShipKind, row: t.row({ deep: t.object('Deep', { v: Vec2 }) }) }),
    reducer('init', {}, { lifecycle: 'init' }),
    reducer('client_connected', {}, { lifecycle: 'onConnect' }),
    reducer('step', { timer: t.row({ id: t.u64() }) }, { scheduledBy: 'step_timer' }),
  ],
};
