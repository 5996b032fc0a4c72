import { createHash, randomUUID } from 'node:crypto';
import { Identity, SpacetickError } from '../../values/index.ts';
import { identityFromClaims } from '../claims.ts';
import type { Database } from '../database.ts';
import type { Host, MigrationPlan, Published } from '../host.ts';
import { isIdentityText } from '../registry.ts';
import type { ProgramFiles, StoredProgram } from './program-files.ts';
import { LOCAL_ISSUER } from './tokens.ts';
import { isOurs, shown } from './turn-errors.ts';

export interface PublishRequest {
  /** Name of a new database, name or identity of one that is there; undefined for a new one without a name. */
  readonly name?: string | undefined;
  readonly owner: Identity;
  /** Text of the bundle (`loadProgram`); undefined for the one that runs. */
  readonly source?: string | undefined;
  readonly deleteData?: boolean;
  /** Disconnect clients whose tables change, instead of refusing such a version. */
  readonly breakClients?: boolean;
  /** Token of the plan that the owner looked at: refused when it is not the plan that would be carried out. */
  readonly planToken?: string | undefined;
}

/** What a publish would change, and a token by which it is known again. */
export interface PublishPlan {
  readonly plan: MigrationPlan;
  /** 64 hex digits. */
  readonly token: string;
}

interface Program {
  readonly source: string;
  /** Hex of SHA-256. */
  readonly hash: string;
}

function deleted(): SpacetickError {
  return new SpacetickError('E_DATABASE_DELETED', 'The database has been deleted meanwhile. Publish it again.');
}

/** Puts modules into a host, one after another, and keeps them for its next start. */
export class Publisher {
  readonly #host: Host;
  readonly #programs: ProgramFiles;
  readonly #inTurn: <T>(work: () => T) => Promise<T>;
  /** By the database's identity. */
  readonly #running = new Map<string, Program>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param inTurn runs work as a turn, where code of modules may be stopped */
  constructor(host: Host, programs: ProgramFiles, inTurn: <T>(work: () => T) => Promise<T>) {
    this.#host = host;
    this.#programs = programs;
    this.#inTurn = inTurn;
  }

  /**
   * @throws SpacetickError as Host.publish, and E_PLAN_CHANGED, E_DATABASE_DELETED, E_REDUCER_TIMEOUT, E_DATA_DIRECTORY,
   *   E_HOST_CLOSED
   */
  publish(request: PublishRequest): Promise<Published> {
    return this.#inOrder(async () => {
      const published = await this.#publish(request, identityFromClaims(LOCAL_ISSUER, randomUUID()));
      await this.#keep(published.database);
      return published;
    });
  }

  /** What publishing a program to a database would change; nothing is. @throws SpacetickError as Host.plan */
  plan(database: Database, source: string): Promise<PublishPlan> {
    return this.#inOrder(async () => {
      this.#mustBeThere(database);
      const plan = await this.#loading(() => this.#host.plan(database, source));
      return { plan, token: this.#planToken(database, source) };
    });
  }

  /**
   * Changes names or lock of a database, and keeps that.
   * @throws SpacetickError as `change`, E_DATABASE_DELETED, and E_DATA_DIRECTORY
   */
  change(database: Database, change: (host: Host) => void): Promise<void> {
    return this.#inOrder(async () => {
      this.#mustBeThere(database);
      change(this.#host);
      await this.#keep(database);
    });
  }

  /** Ends a database for good. @throws SpacetickError E_LOCKED, E_DATA_DIRECTORY */
  delete(database: Database): Promise<void> {
    return this.#inOrder(async () => {
      const { hex } = database.identity;
      await this.#inTurn(() => this.#host.delete(hex));
      this.#running.delete(hex);
      await this.#programs.delete(hex);
    });
  }

  /** Publishes again what was kept. @throws SpacetickError E_DATA_DIRECTORY naming the file that cannot be used */
  async restore(): Promise<void> {
    for (const stored of await this.#programs.load()) await this.#restore(stored);
  }

  /** Hex of a hash of the program that a database runs. */
  hashOf(database: Database): string {
    return this.#running.get(database.identity.hex)?.hash ?? '';
  }

  /** One after another: what is kept is what came last. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const working = this.#last.then(work);
    this.#last = working.catch(() => undefined);
    return working;
  }

  async #publish(request: PublishRequest, identity: Identity): Promise<Published> {
    const { planToken, ...target } = request;
    const known = request.name === undefined ? undefined : this.#host.find(request.name);
    // The HTTP API asks for what it has found: it was deleted while this waited for its turn.
    if (known === undefined && request.name !== undefined && isIdentityText(request.name)) throw deleted();
    const source = request.source ?? this.#running.get(known?.identity.hex ?? '')?.source ?? '';
    if (known !== undefined && planToken !== undefined && planToken !== this.#planToken(known, source)) {
      throw new SpacetickError(
        'E_PLAN_CHANGED',
        'The database or the module has changed since its migration was planned. Publish again to see what changes now.',
      );
    }
    const published = await this.#loading(() =>
      this.#host.publish({ ...target, name: target.name, identity, program: { source } }),
    );
    this.#running.set(published.database.identity.hex, { source, hash: hashOf(source) });
    return published;
  }

  /** Runs what loads a program, in a turn. */
  #loading<T>(work: () => T): Promise<T> {
    return this.#inTurn(() => {
      try {
        return work();
      } catch (error) {
        throw isOurs(error) ? error : doesNotLoad(error);
      }
    });
  }

  /** It may have been deleted while this waited for its turn. @throws SpacetickError E_DATABASE_DELETED */
  #mustBeThere({ identity }: Database): void {
    if (this.#host.find(identity.hex) !== undefined) return;
    throw deleted();
  }

  #planToken(database: Database, source: string): string {
    return hashOf(`${this.hashOf(database)} ${hashOf(source)}`);
  }

  async #keep(database: Database): Promise<void> {
    const { hex } = database.identity;
    await this.#programs.save({
      identity: hex,
      names: this.#host.namesOf(database),
      owner: this.#host.ownerOf(database)!.hex,
      isLocked: this.#host.isLocked(database),
      source: this.#running.get(hex)!.source,
    });
  }

  async #restore({ identity, names, owner, isLocked, source }: StoredProgram): Promise<void> {
    try {
      const { database } = await this.#publish(
        { name: names[0], owner: new Identity(owner), source },
        new Identity(identity),
      );
      this.#host.rename(database, names);
      this.#host.lock(database, isLocked);
    } catch (error) {
      throw this.#programs.unusable(identity, error);
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The error of a bundle that is no JavaScript, or whose top level threw. */
function doesNotLoad(cause: unknown): SpacetickError {
  return new SpacetickError(
    'E_MODULE',
    `The module does not load: ${shown(cause)}. Publish it with spacetick publish, which says where in its source.`,
    { cause },
  );
}
