import type { RowContext } from '../client/index.ts';
import type { Row, RowsView } from './rows-view.ts';

/** What a component wants to hear of single rows. A row that begins to match is an insert, one that ceases to a delete. */
export interface UseTableCallbacks<R> {
  readonly onInsert?: (row: R, context: RowContext) => void;
  readonly onUpdate?: (before: R, row: R, context: RowContext) => void;
  readonly onDelete?: (row: R, context: RowContext) => void;
}

type RowListener = (context: RowContext, row: Row) => void;
type UpdateListener = (context: RowContext, before: Row, row: Row) => void;

/** The listeners of a table of the client cache. */
export interface ListeningTable {
  onInsert(listener: RowListener): void;
  onUpdate(listener: UpdateListener): void;
  onDelete(listener: RowListener): void;
  removeOnInsert(listener: RowListener): void;
  removeOnUpdate(listener: UpdateListener): void;
  removeOnDelete(listener: RowListener): void;
}

/** Tells one component of the rows of its query. */
export class RowsObserver {
  /** The ones of the last render count. */
  callbacks: UseTableCallbacks<Row>;
  readonly #view: RowsView;
  #table: ListeningTable | undefined;

  constructor(view: RowsView, callbacks: UseTableCallbacks<Row>) {
    this.#view = view;
    this.callbacks = callbacks;
  }

  listen(table: ListeningTable): void {
    this.stop();
    this.#table = table;
    table.onInsert(this.#inserted);
    table.onUpdate(this.#updated);
    table.onDelete(this.#deleted);
  }

  stop(): void {
    this.#table?.removeOnInsert(this.#inserted);
    this.#table?.removeOnUpdate(this.#updated);
    this.#table?.removeOnDelete(this.#deleted);
    this.#table = undefined;
  }

  readonly #inserted: RowListener = (context, row) => {
    if (this.#view.matches(row)) this.callbacks.onInsert?.(row, context);
  };

  readonly #updated: UpdateListener = (context, before, row) => {
    const did = this.#view.matches(before);
    const does = this.#view.matches(row);
    if (did && does) this.callbacks.onUpdate?.(before, row, context);
    else if (does) this.callbacks.onInsert?.(row, context);
    else if (did) this.callbacks.onDelete?.(before, context);
  };

  readonly #deleted: RowListener = (context, row) => {
    if (this.#view.matches(row)) this.callbacks.onDelete?.(row, context);
  };
}
