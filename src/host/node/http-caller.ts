import { ConnectionId, SpacetickError } from '../../values/index.ts';
import type { Database } from '../database.ts';
import { Session } from '../session.ts';
import { HttpError } from './http.ts';
import type { NodeHost } from './node-host.ts';
import type { Authenticated } from './tokens.ts';
import { isOurs } from './turn-errors.ts';

/** A client for the length of one request: the module sees it come and go, as it sees those with a socket. */
export class HttpCaller {
  readonly session: Session;
  readonly database: Database;
  readonly #host: NodeHost;

  constructor(host: NodeHost, database: Database, { identity, auth }: Authenticated) {
    this.#host = host;
    this.database = database;
    const deaf = { send: () => undefined, close: () => undefined }; // its answer is the response
    this.session = new Session({ identity, auth, connectionId: ConnectionId.random() }, deaf);
  }

  /** @throws HttpError 403 when the module lets nobody in */
  async come(): Promise<void> {
    try {
      const outcome = await this.inTurn(() => this.database.sessions.connect(this.session));
      if (outcome !== undefined && outcome.status !== 'Committed') throw new HttpError(403, outcome.error);
    } catch (error) {
      if (!(error instanceof SpacetickError) || error.code !== 'E_REDUCER_TIMEOUT') throw error;
      throw new HttpError(403, error.message);
    }
  }

  /** Never rejects: that somebody has gone is no answer's failure. */
  async leave(): Promise<void> {
    await this.inTurn(() => this.database.sessions.disconnect(this.session)).catch(() => undefined);
  }

  /** Runs work as a turn; code of the module that is stopped there is named in the log. @throws SpacetickError */
  inTurn<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stopped = (error: SpacetickError): void => {
        this.database.stopped(error);
        reject(error);
      };
      const run = (): void => {
        try {
          resolve(work());
        } catch (error) {
          if (!isOurs(error)) throw error;
          reject(error); // an answer, and no reason to put anything back
        }
      };
      this.#host.turns.push({ run, stopped });
    });
  }
}
