import type { Identity } from '../client/index.ts';
import type { AnyConnection } from './connection-state.ts';

/** What the provider needs of a bindings' `DbConnection.builder()`, unbuilt. */
export interface ConnectionBuilder {
  getUri(): string | undefined;
  getDatabaseName(): string | undefined;
  withToken(token: string | undefined): unknown;
  whenHidden(whenHidden: 'tick'): unknown;
  onConnect(callback: (connection: AnyConnection, identity: Identity, token: string) => void): unknown;
  build(): unknown;
}

/** Whether two builders lead to the same database: a component that makes its builder anew each time means the old one. */
export function leadToTheSame(a: ConnectionBuilder, b: ConnectionBuilder): boolean {
  return a === b || (a.getUri() === b.getUri() && a.getDatabaseName() === b.getDatabaseName());
}

/** Opens it. @throws SpacetickError E_BUILDER, E_URI, E_DATABASE_NAME */
export function open(builder: ConnectionBuilder): AnyConnection {
  return builder.build() as AnyConnection;
}
