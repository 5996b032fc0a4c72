import type { AuthCtx, ReducerCtx } from '../module/context.ts';
import type { Identity, Timestamp } from '../values/index.ts';
import { CallContext, type Caller } from './call-context.ts';

export type { Caller };

/** The `ctx` of one transaction. */
export class ReducerContext extends CallContext implements ReducerCtx {
  readonly db: ReducerCtx['db'];
  readonly senderAuth: AuthCtx;

  /** @param seed 32 bits, of this transaction alone */
  constructor(db: ReducerCtx['db'], databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    super(databaseIdentity, caller, timestamp, seed);
    this.db = db;
    this.senderAuth = caller.auth;
  }
}
