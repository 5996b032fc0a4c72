import type { AuthCtx, CallCtx, Random } from '../module/context.ts';
import { type ConnectionId, type Identity, type Timestamp, Uuid } from '../values/index.ts';
import { seededRandom } from './random.ts';

/** What a call knows of its caller. */
export interface Caller {
  readonly identity: Identity;
  readonly connectionId: ConnectionId | null;
  readonly auth: AuthCtx;
}

/** What the `ctx` of a reducer and that of a procedure have in common: who called, when, and lots. */
export class CallContext implements CallCtx {
  readonly sender: Identity;
  readonly connectionId: ConnectionId | null;
  readonly timestamp: Timestamp;
  readonly databaseIdentity: Identity;
  readonly #seed: number;
  #random: Random | undefined;
  readonly #uuids = { value: 0 };

  /** @param seed 32 bits, of this call or transaction alone */
  constructor(databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    this.sender = caller.identity;
    this.connectionId = caller.connectionId;
    this.timestamp = timestamp;
    this.databaseIdentity = databaseIdentity;
    this.#seed = seed;
  }

  get identity(): Identity {
    return this.databaseIdentity;
  }

  /** Made on first use: most functions draw no lots. */
  get random(): Random {
    this.#random ??= seededRandom(this.#seed);
    return this.#random;
  }

  newUuidV4(): Uuid {
    return Uuid.fromRandomBytesV4(this.random.fill(new Uint8Array(16)));
  }

  newUuidV7(): Uuid {
    return Uuid.fromCounterV7(this.#uuids, this.timestamp, this.random.fill(new Uint8Array(4)));
  }
}
