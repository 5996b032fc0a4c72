import {
  DbConnectionBuilder,
  type DbConnectionConfig,
  DbConnectionImpl,
  type RemoteModule,
  schema,
  table,
} from '../client/index.ts';
import { SpacetickError } from '../host/index.ts';
import type { TableDef } from '../schema/index.ts';
import { type ProductType, TypeBuilder, toSatsJson } from '../values/index.ts';

const BINDINGS_VERSION = '2.10.0'; // whose shape the declarations below have

/** Rows of one transaction, or of the beginning, by table; each as JSON. */
export interface Update {
  readonly isInitial: boolean;
  readonly tables: ReadonlyMap<string, { readonly deletes: string[]; readonly inserts: string[] }>;
}

interface Subscribed {
  readonly url: string;
  readonly token: string | undefined;
  readonly database: string;
  readonly tables: readonly TableDef[];
  readonly queries: readonly string[];
  readonly confirmed: boolean | undefined;
}

export interface Subscription {
  /** Fulfilled when it was closed from here. @throws SpacetickError E_HOST_REFUSED when the host ended or refused it */
  readonly ended: Promise<void>;
  close(): void;
}

/** Subscribes to queries of any database: its tables are known by what the host says of them. */
export function subscription(
  { url, token, database, tables, queries, confirmed }: Subscribed,
  tell: (update: Update) => void,
): Subscription {
  const visible = tables.filter(({ isPublic }) => isPublic);
  const remoteModule = moduleOf(visible);
  let update = new Map<string, { deletes: string[]; inserts: string[] }>();
  let event: unknown;
  const flush = (): void => {
    const tables = update;
    update = new Map();
    if (tables.size > 0) tell({ isInitial: (event as { tag?: string }).tag === 'SubscribeApplied', tables });
  };
  const note = (next: unknown, { name, rowType }: TableDef, deleted?: unknown, inserted?: unknown): void => {
    if (next !== event) flush(); // what came before was another transaction
    event = next;
    if (update.size === 0) queueMicrotask(flush);
    const type = byWireNames(rowType);
    const changes = update.get(name) ?? { deletes: [], inserts: [] };
    update.set(name, changes);
    if (deleted !== undefined) changes.deletes.push(toSatsJson(type, deleted));
    if (inserted !== undefined) changes.inserts.push(toSatsJson(type, inserted));
  };
  let end!: (error?: Error) => void;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  const refused = (error: Error): void => end(new SpacetickError('E_HOST_REFUSED', error.message, { cause: error }));
  const builder = new DbConnectionBuilder<DbConnectionImpl>(
    remoteModule,
    (config: DbConnectionConfig<RemoteModule>) => new DbConnectionImpl(config),
  )
    .withUri(url)
    .withDatabaseName(database)
    .withToken(token)
    .onConnect((conn) => {
      conn
        .subscriptionBuilder()
        .onApplied(() => {
          if (update.size === 0) tell({ isInitial: true, tables: update }); // no rows yet, and that is worth knowing
        })
        .onError((context) => {
          refused(context.event as Error);
          conn.disconnect();
        })
        .subscribe(queries.includes('*') ? visible.map(({ name }) => `SELECT * FROM ${name}`) : [...queries]);
    })
    .onConnectError((_context, error) => refused(error))
    .onDisconnect((_context, error) => (error === undefined ? end() : refused(error)));
  if (confirmed) builder.withConfirmedReads(true);
  const conn = builder.build();
  for (const known of visible) {
    const handle = conn.db[known.name] as unknown as Handle;
    handle.onInsert((context, row) => note(context.event, known, undefined, row));
    handle.onDelete((context, row) => note(context.event, known, row));
    handle.onUpdate?.((context, before, row) => note(context.event, known, before, row));
  }
  conn.runAuto();
  return { ended, close: () => conn.disconnect() };
}

type Listener = (context: { readonly event: unknown }, ...rows: unknown[]) => void;

interface Handle {
  onInsert(listener: Listener): void;
  onDelete(listener: Listener): void;
  onUpdate?(listener: Listener): void;
}

/** What bindings would say of these tables. */
function moduleOf(tables: readonly TableDef[]): RemoteModule {
  const declared = tables.map(({ name, columns, primaryKey, isEvent }) => {
    const fields = columns.map(({ name: column, type }, i) => {
      const meta = i === primaryKey ? { primaryKey: true as const } : {};
      return [column, new TypeBuilder<unknown>(() => type, meta)] as const;
    });
    return [name, table({ name, event: isEvent }, Object.fromEntries(fields))] as const;
  });
  const { schemaType } = schema(Object.fromEntries(declared));
  return { versionInfo: { cliVersion: BINDINGS_VERSION }, tables: schemaType.tables, reducers: [], procedures: [] };
}

const renamed = new WeakMap<ProductType, ProductType>();

/** A row's type whose columns are called in JavaScript as they are on the wire. */
function byWireNames(row: ProductType): ProductType {
  const known = renamed.get(row) ?? {
    ...row,
    elements: row.elements.map((element) => ({ ...element, key: element.name })),
  };
  renamed.set(row, known);
  return known;
}
