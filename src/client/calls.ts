import type { ReducerDef } from '../schema/index.ts';
import type { ConnectionLostError } from './errors.ts';
import { type RejectionSink, Settlement } from './settlement.ts';

/** A call whose outcome is not known yet. */
export interface PendingCall {
  readonly reducer: ReducerDef;
  /** As the caller gave them. */
  readonly args: unknown;
  resolve(): void;
  reject(error: Error): void;
}

/** The calls under way, by the id that their answers repeat. */
export class Calls {
  readonly #pending = new Map<number, PendingCall>();
  readonly #sink: RejectionSink;

  constructor(sink: RejectionSink) {
    this.#sink = sink;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** @param send sends the call; what it throws rejects the promise */
  start(requestId: number, reducer: ReducerDef, args: unknown, send: () => void): Promise<void> {
    return new Settlement<void>(
      (resolve, reject) => {
        try {
          send();
        } catch (error) {
          reject(error);
          return;
        }
        this.#pending.set(requestId, { reducer, args, resolve, reject });
      },
      `reducer ${reducer.name}`,
      this.#sink,
    );
  }

  /** The call with this id, which is no longer pending then. */
  take(requestId: number): PendingCall | undefined {
    const call = this.#pending.get(requestId);
    if (call !== undefined) this.#pending.delete(requestId);
    return call;
  }

  /** The connection is over. */
  rejectAll(error: ConnectionLostError): void {
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(error);
  }
}
