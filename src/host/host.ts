import type { LoadedModule } from '../module/index.ts';
import { type Identity, SpacetickError } from '../values/index.ts';
import { Database } from './database.ts';
import type { DatabaseEnvironment } from './environment.ts';
import { resetGlobals } from './globals.ts';
import type { Migration } from './migrate.ts';
import { moduleConsole } from './module-console.ts';
import { ModuleTrace } from './module-trace.ts';
import { loadProgram } from './program.ts';
import { checkName, type Entry, Registry } from './registry.ts';

/** What came of a publish. */
export interface Published {
  readonly database: Database;
  readonly op: 'created' | 'updated';
  readonly warnings: readonly string[];
}

/** A module to publish: the text of a bundle, or one already loaded in this process. */
export type Program = { readonly source: string } | { readonly module: LoadedModule };

export interface PublishOptions {
  /** Name of a new database, name or identity of one that is there; undefined for a new one without a name. */
  readonly name: string | undefined;
  /** Identity a new database gets. */
  readonly identity: Identity;
  readonly owner: Identity;
  readonly program: Program;
  /** Begin with empty tables even when the database exists. */
  readonly deleteData?: boolean;
  /** Disconnect clients whose tables change, instead of refusing such a version. */
  readonly breakClients?: boolean;
}

/** What a program would change in a database, for its owner to look at first. */
export interface MigrationPlan extends Migration {
  readonly before: LoadedModule;
  readonly after: LoadedModule;
}

/** The databases of a host, by name and by identity. Knows no sockets, files or clocks but those it is given. */
export class Host {
  readonly #environment: DatabaseEnvironment;
  readonly #registry = new Registry();

  constructor(environment: DatabaseEnvironment) {
    this.#environment = environment;
  }

  get databases(): Database[] {
    return this.#registry.entries.map(({ database }) => database);
  }

  /** @param nameOrIdentity a name, or 64 hex digits with or without `0x` */
  find(nameOrIdentity: string): Database | undefined {
    return this.#registry.find(nameOrIdentity)?.database;
  }

  ownerOf(database: Database): Identity | undefined {
    return this.#registry.of(database)?.owner;
  }

  /** Names of a database, the one it is called by first. */
  namesOf(database: Database): readonly string[] {
    return this.#registry.of(database)?.names ?? [];
  }

  isLocked(database: Database): boolean {
    return this.#registry.of(database)?.isLocked ?? false;
  }

  /** A locked database is neither deleted nor emptied. */
  lock(database: Database, isLocked: boolean): void {
    this.#registry.of(database).isLocked = isLocked;
  }

  /**
   * Gives a database these names and no others; connections stay.
   * @throws SpacetickError E_DATABASE_NAME, E_NOT_OWNER, E_NAME_TAKEN; nothing is changed then
   */
  rename(database: Database, names: readonly string[]): void {
    this.#registry.rename(this.#registry.of(database), names);
  }

  /**
   * Publishes a module: creates its database and runs `init`, or puts the new version in the place of the old.
   * @throws SpacetickError E_DATABASE_NAME, E_NOT_OWNER, E_LOCKED, E_MODULE, E_SCHEMA, E_MIGRATION, E_BREAKS_CLIENTS,
   *   E_INIT; nothing is changed then
   */
  publish(options: PublishOptions): Published {
    const { name, owner, program } = options;
    const known = name === undefined ? undefined : this.#registry.find(name);
    if (known === undefined && name !== undefined) checkName(name);
    if (known !== undefined && known.owner.hex !== owner.hex) {
      throw new SpacetickError('E_NOT_OWNER', `The name ${name} belongs to somebody else's database.`);
    }
    if (known?.isLocked && options.deleteData) throw locked(known);
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
    const identity = known?.database.identity ?? options.identity;
    const database = new Database(known?.database.name ?? name ?? identity.hex, identity, module, this.#environment);
    database.owner = owner;
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
    if (known !== undefined) known.database = database;
    else this.#registry.add({ database, owner, names: name === undefined ? [] : [name], isLocked: false });
    return { database, op: known === undefined ? 'created' : 'updated', warnings: module.warnings };
  }

  /**
   * What publishing a program to a database would change; nothing is changed.
   * @throws SpacetickError E_MODULE, E_SCHEMA, E_MIGRATION with what the rows do not fit
   */
  plan(database: Database, source: string): MigrationPlan {
    const silent = moduleConsole(() => undefined);
    const after = loadProgram(source, silent);
    return { ...database.planMigration(after), before: database.module, after };
  }

  /** Ends a database and its connections. @throws SpacetickError E_LOCKED */
  delete(name: string): void {
    const entry = this.#registry.find(name);
    if (entry === undefined) return;
    if (entry.isLocked) throw locked(entry);
    entry.database.close('module exited');
    this.#registry.delete(entry);
  }

  /** After code of some module was stopped: whatever was open is put back. */
  abort(): void {
    resetGlobals();
    for (const database of this.databases) database.abort();
  }

  close(): void {
    for (const entry of this.#registry.entries) {
      entry.database.close('host is shutting down');
      this.#registry.delete(entry);
    }
  }
}

function locked({ database }: Entry): SpacetickError {
  return new SpacetickError(
    'E_LOCKED',
    `The database ${database.name} is locked: it is neither deleted nor emptied. Unlock it first: spacetick unlock.`,
  );
}
