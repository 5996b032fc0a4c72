import type { AuthCtx, Random, ReducerCtx } from '../module/context.ts';
import { type ConnectionId, type Identity, type Timestamp, Uuid } from '../values/index.ts';
import { seededRandom } from './random.ts';

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
  readonly #seed: number;
  #random: Random | undefined;
  #uuids = 0;

  /** @param seed 32 bits, of this transaction alone */
  constructor(db: ReducerCtx['db'], databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    this.db = db;
    this.sender = caller.identity;
    this.connectionId = caller.connectionId;
    this.timestamp = timestamp;
    this.databaseIdentity = databaseIdentity;
    this.senderAuth = caller.auth;
    this.#seed = seed;
  }

  get identity(): Identity {
    return this.databaseIdentity;
  }

  /** Made on first use: most reducers draw no lots. */
  get random(): Random {
    this.#random ??= seededRandom(this.#seed);
    return this.#random;
  }

  newUuidV4(): Uuid {
    return Uuid.fromRandomBytesV4(this.random.fill(new Uint8Array(16)));
  }

  newUuidV7(): Uuid {
    return Uuid.fromCounterV7(this.#uuids++, this.timestamp.toMillis(), this.random.fill(new Uint8Array(8)));
  }
}
