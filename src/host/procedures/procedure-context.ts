import type { ProcedureCtx, ReducerCtx } from '../../module/context.ts';
import type { HttpClient } from '../../module/http.ts';
import type { Identity, Timestamp } from '../../values/index.ts';
import { CallContext } from '../call-context.ts';
import type { Caller } from '../reducer-context.ts';

/** What a procedure reaches of the world around it. */
export interface ProcedureWorld {
  readonly http: HttpClient;
  /** @throws what `body` throws; SpacetimeHostError */
  transact<R>(body: (tx: ReducerCtx) => R): R;
}

/** The `ctx` of one call of a procedure. */
export class ProcedureContext extends CallContext implements ProcedureCtx {
  readonly http: HttpClient;
  readonly #world: ProcedureWorld;

  /** @param seed 32 bits, of this call alone */
  constructor(world: ProcedureWorld, databaseIdentity: Identity, caller: Caller, timestamp: Timestamp, seed: number) {
    super(databaseIdentity, caller, timestamp, seed);
    this.http = world.http;
    this.#world = world;
  }

  withTx<R>(body: (tx: ReducerCtx) => R): R {
    return this.#world.transact(body);
  }
}
