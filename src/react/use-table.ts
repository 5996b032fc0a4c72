import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RowOf, SemijoinQuery, TableQuery } from '../client/index.ts';
import { Filter, narrow } from './filter.ts';
import { useKeeper } from './provider.ts';
import { RowsObserver, type UseTableCallbacks } from './rows-observer.ts';
import { NO_ROWS, type Row, type RowsSnapshot } from './rows-view.ts';

export interface UseTableOptions<R> extends UseTableCallbacks<R> {
  /** False: nothing is subscribed to, and there are no rows. Default true. */
  readonly enabled?: boolean;
}

/** A table of the bindings' `tables`, narrowed or joined or not. */
type TableLike<T> = TableQuery<T> | SemijoinQuery<T>;
type RowFor<T> = Readonly<RowOf<T>>;
/** The rows, oldest first, and whether the subscription has brought all of them. */
export type UseTableResult<T> = readonly [rows: readonly RowFor<T>[], isReady: boolean];

const NEVER = (): (() => void) => () => {};
const getNoRows = (): RowsSnapshot => NO_ROWS;

/**
 * Subscribes to a query while the component is mounted and gives its rows: `useTable(tables.user)`,
 * `useTable(tables.user.where((user) => user.online.eq(true)))`, `useTable(tables.user, where(eq('online', true)))`. The list is the
 * same object until one of its rows changes. Components with the same query share one subscription.
 * @throws SpacetickError E_QUERY for a column or a table that the bindings do not have
 */
export function useTable<T>(query: TableLike<T>, options?: UseTableOptions<RowFor<T>>): UseTableResult<T>;
export function useTable<T>(
  query: TableLike<T>,
  filter: Filter<Partial<RowOf<T>>> | undefined,
  options?: UseTableOptions<RowFor<T>>,
): UseTableResult<T>;
export function useTable<T>(
  query: TableLike<T>,
  filterOrOptions?: Filter<Partial<RowOf<T>>> | UseTableOptions<RowFor<T>>,
  moreOptions?: UseTableOptions<RowFor<T>>,
): UseTableResult<T> {
  const keeper = useKeeper('useTable');
  const [filter, options] =
    filterOrOptions instanceof Filter ? [filterOrOptions, moreOptions] : [undefined, filterOrOptions ?? moreOptions];
  const narrowed = filter === undefined ? query : narrow(query, filter);
  const sql = narrowed.toSql();
  // The text stands for the query: a condition written in the component is another object in every render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const view = useMemo(() => keeper.view(narrowed), [keeper, sql]);
  const isEnabled = options?.enabled ?? true;
  const snapshot = useSyncExternalStore(
    isEnabled ? view.subscribe : NEVER,
    isEnabled ? view.getSnapshot : getNoRows,
    getNoRows,
  );

  const callbacks = (options ?? {}) as UseTableCallbacks<Row>;
  const isListening = [callbacks.onInsert, callbacks.onUpdate, callbacks.onDelete].some((one) => one !== undefined);
  const observer = useMemo(() => new RowsObserver(view, {}), [view]);
  useEffect(() => {
    observer.callbacks = callbacks;
  });
  useEffect(
    () => (isEnabled && isListening ? view.observe(observer) : undefined),
    [view, observer, isEnabled, isListening],
  );
  return snapshot as UseTableResult<T>;
}
