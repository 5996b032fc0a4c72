import type { LoadedModule } from '../module/index.ts';
import { type Identity, SpacetickError } from '../values/index.ts';
import { Database, type DatabaseEnvironment } from './database.ts';
import { resetGlobals } from './globals.ts';
import { moduleConsole } from './module-console.ts';
import { ModuleTrace } from './module-trace.ts';
import { loadProgram } from './program.ts';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/; // as the real system (wire.md 2.1)
const MAX_NAME_CHARS = 128;

/** What came of a publish. */
export interface Published {
  readonly database: Database;
  readonly op: 'created' | 'updated';
  readonly warnings: readonly string[];
}

/** A module to publish: the text of a bundle, or one already loaded in this process. */
export type Program = { readonly source: string } | { readonly module: LoadedModule };

export interface PublishOptions {
  readonly name: string;
  /** Identity a new database gets. */
  readonly identity: Identity;
  readonly owner: Identity;
  readonly program: Program;
  /** Begin with empty tables even when the database exists. */
  readonly deleteData?: boolean;
  /** Disconnect clients whose tables change, instead of refusing such a version. */
  readonly breakClients?: boolean;
}

/** The databases of a host, by name and by identity. Knows no sockets, files or clocks but those it is given. */
export class Host {
  readonly #environment: DatabaseEnvironment;
  readonly #databases = new Map<string, { readonly database: Database; readonly owner: Identity }>();

  constructor(environment: DatabaseEnvironment) {
    this.#environment = environment;
  }

  get databases(): Database[] {
    return [...this.#databases.values()].map(({ database }) => database);
  }

  /** @param nameOrIdentity a name, or 64 hex digits with or without `0x` */
  find(nameOrIdentity: string): Database | undefined {
    const named = this.#databases.get(nameOrIdentity)?.database;
    if (named !== undefined) return named;
    const hex = nameOrIdentity.replace(/^0x/i, '').toLowerCase();
    return this.databases.find((database) => database.identity.hex === hex);
  }

  ownerOf(database: Database): Identity | undefined {
    return this.#databases.get(database.name)?.owner;
  }

  /**
   * Publishes a module: creates its database and runs `init`, or puts the new version in the place of the old.
   * @throws SpacetickError E_DATABASE_NAME, E_NOT_OWNER, E_MODULE, E_SCHEMA, E_MIGRATION, E_BREAKS_CLIENTS, E_INIT;
   *   nothing is changed then
   */
  publish(options: PublishOptions): Published {
    const { name, owner, program } = options;
    checkName(name);
    const known = this.#databases.get(name);
    if (known !== undefined && known.owner.hex !== owner.hex) {
      throw new SpacetickError('E_NOT_OWNER', `The name ${name} belongs to somebody else's database.`);
    }
    // The module's console writes to the log of a database that exists only once the module has loaded.
    let target: Database | undefined = known?.database;
    const trace = 'source' in program ? new ModuleTrace(program.source) : undefined;
    const console = moduleConsole((level, message) => target?.writeLog(level, message), trace);
    const module = 'module' in program ? program.module : loadProgram(program.source, console);
    if (known !== undefined && !options.deleteData) {
      known.database.seal(); // rows change hands: not to be stopped in the middle
      known.database.replaceModule(module, options.breakClients);
      return { database: known.database, op: 'updated', warnings: module.warnings };
    }
    const database = new Database(name, known?.database.identity ?? options.identity, module, this.#environment);
    const before = target;
    target = database;
    try {
      database.initialise();
    } catch (error) {
      target = before;
      database.close('init failed');
      throw error;
    }
    known?.database.close('module exited');
    this.#databases.set(name, { database, owner });
    return { database, op: known === undefined ? 'created' : 'updated', warnings: module.warnings };
  }

  /** Ends a database and its connections. */
  delete(name: string): void {
    this.#databases.get(name)?.database.close('module exited');
    this.#databases.delete(name);
  }

  /** After code of some module was stopped: whatever was open is put back. */
  abort(): void {
    resetGlobals();
    for (const database of this.databases) database.abort();
  }

  close(): void {
    for (const { database } of this.#databases.values()) database.close('host is shutting down');
    this.#databases.clear();
  }
}

/** @throws SpacetickError E_DATABASE_NAME */
export function checkName(name: string): void {
  if (NAME.test(name) && name.length <= MAX_NAME_CHARS) return;
  throw new SpacetickError(
    'E_DATABASE_NAME',
    `${JSON.stringify(name)} cannot be a database's name: lowercase letters and digits, in groups joined by single ` +
      `hyphens (comet-run), at most ${MAX_NAME_CHARS} characters.`,
  );
}
