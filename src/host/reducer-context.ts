import type { AuthCtx, Random, ReducerCtx } from '../module/context.ts';
import type { ConnectionId, Identity, Timestamp, Uuid } from '../values/index.ts';
import { Lots } from './random.ts';

/** What a call knows of its caller. */
export interface Caller {
  readonly identity: Identity;
  readonly connectionId: ConnectionId | null;
  readonly auth: AuthCtx;
}

/** The `ctx` of one transaction. */
export class ReducerContext implements ReducerCtx {
  readonly db: ReducerCtx['db'];
  readonly sender: Identity;
  readonly connectionId: ConnectionId | null;
  readonly timestamp: Timestamp;
  readonly databaseIdentity: Identity;
  readonly senderAuth: AuthCtx;
  readonly #lots: Lots;

  /** @param seed 32 bits, of this transaction alone */
  constructor(db: ReducerCtx['db'], databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    this.db = db;
    this.sender = caller.identity;
    this.connectionId = caller.connectionId;
    this.timestamp = timestamp;
    this.databaseIdentity = databaseIdentity;
    this.senderAuth = caller.auth;
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
}
