import type { Route } from '../query/route.ts';
import type { TableStore } from '../store/table-store.ts';

/** What a view read: a commit that touches none of it leaves the view as it is. */
export class ReadSet {
  /** Table -> where in it rows were looked for. A route without steps is the whole table. */
  readonly routes = new Map<TableStore, Route[]>();
  /** Tables whose number of rows was asked for. */
  readonly counted = new Set<TableStore>();

  add(store: TableStore, route: Route): void {
    const routes = this.routes.get(store);
    if (routes === undefined) this.routes.set(store, [route]);
    else routes.push(route);
  }
}
