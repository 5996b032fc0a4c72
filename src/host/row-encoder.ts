import { codecOf, MsgpackWriter, type WireCodec } from '../values/index.ts';
import { type EncodedDelta, type EncodedRows, type Encoding, NO_ROW_LIST, RowListWriter } from '../wire/index.ts';
import type { QueryDelta } from './query/live-query.ts';
import type { Selection } from './query/select.ts';
import type { SnapshotRoom } from './snapshot-room.ts';
import type { Row, TableStore } from './store/table-store.ts';

/** Rows that a query's result gained, changed and lost. */
export type RowChanges = Pick<QueryDelta, 'inserts' | 'updates' | 'replaced' | 'deletes' | 'events'>;

const NO_ROWS: EncodedRows = Object.freeze({ count: 0, bytes: new Uint8Array(0) });
/** Of a query whose result stays as it is. */
export const NO_CHANGES: RowChanges = Object.freeze({
  inserts: [],
  updates: [],
  replaced: [],
  deletes: [],
  events: [],
});
const CHECKED_ROWS = 64; // written between two looks at how much they are
const FIRST_TABLE_ID = 4097; // the real host keeps the ids up to 4096 to itself

/** Turns rows into what messages carry of them. */
export class RowEncoder {
  readonly #rows = new MsgpackWriter();
  readonly #lists = new RowListWriter();
  readonly #tableIds = new Map<string, number>();

  encode(encoding: Encoding, store: TableStore, changes: RowChanges): EncodedDelta {
    const { name, isEvent } = store.def;
    const lists = encoding === 'bsatn' ? this.#bsatn(store, changes) : this.#msgpack(store, changes);
    return { table: name, tableId: this.#tableId(name), isEvent, isTableEmpty: store.rows.size === 0, ...lists };
  }

  /**
   * Rows that a query shows, as inserts.
   * @throws SpacetickError E_SQL when there is no room for them
   */
  snapshot(encoding: Encoding, store: TableStore, rows: readonly Row[], room: SnapshotRoom): EncodedDelta {
    const none = this.encode(encoding, store, NO_CHANGES);
    return rows.length === 0
      ? none
      : { ...none, inserts: this.selection(encoding, { codec: store.codec, rows }, room) };
  }

  /**
   * What a query shows, whatever its rows are.
   * @throws SpacetickError E_SQL when there is no room for them
   */
  selection(encoding: Encoding, { codec, rows }: Pick<Selection, 'codec' | 'rows'>, room: SnapshotRoom): EncodedRows {
    if (rows.length === 0) return encoding === 'bsatn' ? NO_ROW_LIST : NO_ROWS;
    const writer = encoding === 'bsatn' ? this.#lists : this.#rows;
    writer.reset();
    for (let i = 0; i < rows.length; i += CHECKED_ROWS) {
      const some = rows.slice(i, i + CHECKED_ROWS);
      if (writer === this.#lists) this.#lists.add(codec, some);
      else for (const row of some) codec.write(this.#rows, row);
      room.check(writer.length);
    }
    const shown = encoding === 'bsatn' ? this.#lists.finish() : { count: rows.length, bytes: this.#rows.finish() };
    room.take(shown.bytes.length);
    return shown;
  }

  /** An update is a delete and an insert here: these come first, at the same places of both lists. */
  #bsatn(store: TableStore, { inserts, updates, replaced, deletes, events }: RowChanges) {
    return {
      inserts: this.#list(store, updates, inserts),
      updates: NO_ROW_LIST,
      deletes: this.#list(store, replaced, deletes),
      events: this.#list(store, events, []),
    };
  }

  #msgpack(store: TableStore, { inserts, updates, deletes, events }: RowChanges) {
    return {
      inserts: this.#packed(store, inserts),
      updates: this.#once(store, updates),
      deletes: store.def.primaryKey === undefined ? this.#packed(store, deletes) : this.#keys(store, deletes),
      events: this.#packed(store, events),
    };
  }

  #list({ codec }: TableStore, first: readonly Row[], then: readonly Row[]): EncodedRows {
    if (first.length + then.length === 0) return NO_ROW_LIST;
    this.#lists.reset();
    this.#lists.add(codec, first);
    this.#lists.add(codec, then);
    return this.#lists.finish();
  }

  #packed({ codec }: TableStore, rows: readonly Row[]): EncodedRows {
    if (rows.length === 0) return NO_ROWS;
    this.#rows.reset();
    for (const row of rows) codec.write(this.#rows, row);
    return { count: rows.length, bytes: this.#rows.finish() };
  }

  /** An update says what a row is from now on: once, however many pairs of a join hold the row. */
  #once({ codec }: TableStore, rows: readonly Row[]): EncodedRows {
    if (rows.length === 0) return NO_ROWS;
    this.#rows.reset();
    let count = 0;
    let last: Row | undefined;
    for (const row of rows) {
      if (row === last) continue;
      last = row;
      count++;
      codec.write(this.#rows, row);
    }
    return { count, bytes: this.#rows.finish() };
  }

  #keys(store: TableStore, rows: readonly Row[]): EncodedRows {
    if (rows.length === 0) return NO_ROWS;
    const { key, type } = store.def.columns[store.def.primaryKey!]!;
    const codec: WireCodec<unknown> = codecOf(type);
    this.#rows.reset();
    for (const row of rows) codec.write(this.#rows, row[key]);
    return { count: rows.length, bytes: this.#rows.finish() };
  }

  #tableId(name: string): number {
    let id = this.#tableIds.get(name);
    if (id === undefined) {
      id = FIRST_TABLE_ID + this.#tableIds.size;
      this.#tableIds.set(name, id);
    }
    return id;
  }
}
