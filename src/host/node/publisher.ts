import { createHash, randomUUID } from 'node:crypto';
import { Identity, SpacetickError } from '../../values/index.ts';
import { identityFromClaims } from '../claims.ts';
import type { Host, Published } from '../host.ts';
import type { ProgramFiles, StoredProgram } from './program-files.ts';
import { LOCAL_ISSUER } from './tokens.ts';
import { isOurs, shown } from './turn-errors.ts';

export interface PublishRequest {
  readonly name: string;
  readonly owner: Identity;
  /** Text of the bundle (`loadProgram`). */
  readonly source: string;
  readonly deleteData?: boolean;
  /** Disconnect clients whose tables change, instead of refusing such a version. */
  readonly breakClients?: boolean;
}

/** Puts modules into a host, one after another, and keeps them for its next start. */
export class Publisher {
  readonly #host: Host;
  readonly #programs: ProgramFiles;
  readonly #inTurn: <T>(work: () => T) => Promise<T>;
  readonly #hashes = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param inTurn runs work as a turn, where code of modules may be stopped */
  constructor(host: Host, programs: ProgramFiles, inTurn: <T>(work: () => T) => Promise<T>) {
    this.#host = host;
    this.#programs = programs;
    this.#inTurn = inTurn;
  }

  /** @throws SpacetickError as Host.publish, and E_REDUCER_TIMEOUT, E_DATA_DIRECTORY, E_HOST_CLOSED */
  publish(request: PublishRequest): Promise<Published> {
    // One after another: what is kept is what was published last.
    const publishing = this.#last.then(() => this.#publishAndKeep(request));
    this.#last = publishing.catch(() => undefined);
    return publishing;
  }

  /** Publishes again what was kept. @throws SpacetickError E_DATA_DIRECTORY naming the file that cannot be used */
  async restore(): Promise<void> {
    for (const stored of await this.#programs.load()) await this.#restore(stored);
  }

  /** Hex of a hash of the program that a database runs. */
  hashOf(name: string): string {
    return this.#hashes.get(name) ?? '';
  }

  async #publishAndKeep(request: PublishRequest): Promise<Published> {
    const identity = identityFromClaims(LOCAL_ISSUER, randomUUID());
    const published = await this.#publish(request, identity);
    await this.#programs.save({
      name: request.name,
      identity: published.database.identity.hex,
      owner: request.owner.hex,
      source: request.source,
    });
    return published;
  }

  async #publish(request: PublishRequest, identity: Identity): Promise<Published> {
    const { source, ...target } = request;
    const published = await this.#inTurn(() => {
      try {
        return this.#host.publish({ ...target, identity, program: { source } });
      } catch (error) {
        throw isOurs(error) ? error : doesNotLoad(error);
      }
    });
    this.#hashes.set(request.name, createHash('sha256').update(source).digest('hex'));
    return published;
  }

  async #restore({ name, identity, owner, source }: StoredProgram): Promise<void> {
    try {
      await this.#publish({ name, owner: new Identity(owner), source }, new Identity(identity));
    } catch (error) {
      throw this.#programs.unusable(name, error);
    }
  }
}

/** The error of a bundle that is no JavaScript, or whose top level threw. */
function doesNotLoad(cause: unknown): SpacetickError {
  return new SpacetickError(
    'E_MODULE',
    `The module does not load: ${shown(cause)}. Publish it with spacetick publish, which says where in its source.`,
    { cause },
  );
}
