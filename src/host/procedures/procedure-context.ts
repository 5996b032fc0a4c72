import type { ProcedureCtx, Random, ReducerCtx } from '../../module/context.ts';
import type { HttpClient } from '../../module/http.ts';
import type { ConnectionId, Identity, Timestamp, Uuid } from '../../values/index.ts';
import { Lots } from '../random.ts';
import type { Caller } from '../reducer-context.ts';

/** What a procedure reaches of the world around it. */
export interface ProcedureWorld {
  readonly http: HttpClient;
  /** @throws what `body` throws; SpacetimeHostError */
  transact<R>(body: (tx: ReducerCtx) => R): R;
}

/** The `ctx` of one call of a procedure. */
export class ProcedureContext implements ProcedureCtx {
  readonly sender: Identity;
  readonly connectionId: ConnectionId | null;
  readonly timestamp: Timestamp;
  readonly databaseIdentity: Identity;
  readonly http: HttpClient;
  readonly #world: ProcedureWorld;
  readonly #lots: Lots;

  /** @param seed 32 bits, of this call alone */
  constructor(world: ProcedureWorld, databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    this.sender = caller.identity;
    this.connectionId = caller.connectionId;
    this.timestamp = timestamp;
    this.databaseIdentity = databaseIdentity;
    this.http = world.http;
    this.#world = world;
    this.#lots = new Lots(seed, timestamp);
  }

  get identity(): Identity {
    return this.databaseIdentity;
  }

  get random(): Random {
    return this.#lots.random;
  }

  newUuidV4(): Uuid {
    return this.#lots.newUuidV4();
  }

  newUuidV7(): Uuid {
    return this.#lots.newUuidV7();
  }

  withTx<R>(body: (tx: ReducerCtx) => R): R {
    return this.#world.transact(body);
  }
}
