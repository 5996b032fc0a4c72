import type { ConnectionId, Identity, Timestamp } from '../values/index.ts';
import type { AnyModule, ReducerCallOf } from './remote-module.ts';

/** What became of a call: 1.x spelling. */
export type ReducerStatus =
  | { readonly tag: 'Committed' }
  | { readonly tag: 'Failed'; readonly value: string }
  | { readonly tag: 'OutOfEnergy' };

/** What became of a call: 2.x spelling. */
export type ReducerOutcome =
  | { readonly tag: 'Ok' }
  | { readonly tag: 'Err'; readonly value: string }
  | { readonly tag: 'InternalError'; readonly value: string };

interface NamedCall {
  readonly name: string;
  readonly args: unknown;
}

/** A call of a reducer: ours, or another's where the wire says so. */
export interface ReducerEvent<Call extends NamedCall = NamedCall> {
  readonly timestamp: Timestamp;
  readonly status: ReducerStatus;
  readonly outcome: ReducerOutcome;
  readonly callerIdentity: Identity;
  /** Undefined for calls without a connection: scheduled reducers. */
  readonly callerConnectionId: ConnectionId | undefined;
  /** Energy the call took; 0 where the host does not meter it. */
  readonly energyConsumed: bigint | undefined;
  readonly reducer: Call;
}

/** Why rows changed. `event.tag !== 'SubscribeApplied'` is the portable test for "live, not backlog". */
export type Event<Call extends NamedCall = NamedCall> = { readonly id: string } & (
  | { readonly tag: 'Reducer'; readonly value: ReducerEvent<Call> }
  | { readonly tag: 'Transaction' }
  | { readonly tag: 'SubscribeApplied' }
  | { readonly tag: 'UnsubscribeApplied' }
  | { readonly tag: 'Error'; readonly value: Error }
);

/** The events of a module. */
export type EventOf<M extends AnyModule> = Event<ReducerCallOf<M>>;

export type EventTag = Event['tag'];

/** An event; its `id` is `<connection id>:<counter>` and made when somebody reads it. */
export class ClientEvent {
  readonly tag: EventTag;
  readonly value: ReducerEvent | Error | undefined;
  readonly #connection: string;
  readonly #number: number;

  constructor(tag: EventTag, value: ReducerEvent | Error | undefined, connection: string, number: number) {
    this.tag = tag;
    this.value = value;
    this.#connection = connection;
    this.#number = number;
  }

  get id(): string {
    return `${this.#connection}:${this.#number}`;
  }
}
