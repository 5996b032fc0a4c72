import type { CallDef } from '../wire/index.ts';
import type { ConnectionLostError } from './errors.ts';
import { type RejectionSink, Settlement } from './settlement.ts';

export type CallKind = 'reducer' | 'procedure' | 'query';

/** A call whose outcome is not known yet. */
export interface PendingCall {
  readonly kind: CallKind;
  readonly def: Pick<CallDef, 'name'>;
  /** As the caller gave them. */
  readonly args: unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The calls under way, by the id that their answers repeat. */
export class Calls {
  readonly #pending = new Map<number, PendingCall>();
  readonly #sink: RejectionSink;

  constructor(sink: RejectionSink) {
    this.#sink = sink;
  }

  /** @param send sends the call; what it throws rejects the promise */
  start<T>(requestId: number, call: Pick<PendingCall, 'kind' | 'def' | 'args'>, send: () => void): Promise<T> {
    return new Settlement<T>(
      (resolve, reject) => {
        try {
          send();
        } catch (error) {
          reject(error);
          return;
        }
        this.#pending.set(requestId, { ...call, resolve: resolve as PendingCall['resolve'], reject });
      },
      `${call.kind} ${call.def.name}`,
      this.#sink,
    );
  }

  /** The call with this id, which is no longer pending then. */
  take(requestId: number, kind: CallKind): PendingCall | undefined {
    const call = this.#pending.get(requestId);
    if (call?.kind !== kind) return undefined;
    this.#pending.delete(requestId);
    return call;
  }

  /** The oldest call of a reducer; of no name the only call there is, for then it can be no other. */
  takeOldest(reducer: string): PendingCall | undefined {
    for (const [requestId, call] of this.#pending) {
      const isIt = reducer === '' ? this.#pending.size === 1 : call.def.name === reducer;
      if (isIt) return this.take(requestId, 'reducer');
    }
    return undefined;
  }

  /** The connection is over. */
  rejectAll(error: ConnectionLostError): void {
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(error);
  }
}
