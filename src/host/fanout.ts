import type { Timestamp } from '../values/index.ts';
import type { EncodedDelta, EncodedReducerInfo, EncodedRows, Encoding, HostProtocol, SetDelta } from '../wire/index.ts';
import type { LiveQuery } from './query/live-query.ts';
import type { Selection } from './query/select.ts';
import type { Caller } from './reducer-context.ts';
import { NO_CHANGES, RowEncoder } from './row-encoder.ts';
import type { Session } from './session.ts';
import type { SnapshotRoom } from './snapshot-room.ts';
import type { Row, TableStore } from './store/table-store.ts';

/** Arguments of a call by encoding, as far as anybody may see them. */
export type PublicArgs = Readonly<Partial<Record<Encoding, Uint8Array>>>;

/** Who asked for a call, over a connection. */
export interface CallRequest {
  readonly session: Session;
  readonly requestId: number;
  /** The arguments as they came, where that was in BSATN. */
  readonly args: Uint8Array | undefined;
  /** Whether the caller wants to be told no more than anybody else. */
  readonly isQuiet: boolean;
}

/** Who called, for the TransactionUpdate of a commit. */
export interface CommittedCall {
  readonly name: string;
  /** Position among the module's reducers. */
  readonly id: number;
  readonly caller: Caller;
  readonly publicArgs: PublicArgs;
  readonly request: CallRequest | undefined;
}

/** Clients who are told the same in the same bytes if they hold the same queries. */
interface Audience {
  readonly protocol: HostProtocol;
  readonly isLight: boolean;
  /** Messages of the commit being told, by what they are made of. */
  readonly messages: Map<string, Uint8Array>;
}

/** Turns commits and snapshots into messages; each distinct one is encoded once, whoever receives it. */
export class Fanout {
  readonly #encoder = new RowEncoder();
  readonly #audiences: Audience[] = [];
  readonly #deltas: Record<Encoding, Map<LiveQuery<Session>, EncodedDelta>> = { msgpack: new Map(), bsatn: new Map() };
  readonly #told: Session[] = [];

  /** Sends a commit to the sessions whose queries it touched, and to the caller. */
  commit(touched: readonly LiveQuery<Session>[], call: CommittedCall | undefined, at: Timestamp): void {
    for (const live of touched) this.#gather(live);
    const caller = call?.request?.isQuiet === false ? call.request.session : undefined;
    if (caller !== undefined && caller.pending.length === 0) this.#told.unshift(caller);
    for (const session of this.#told) {
      const isAnswer = session === caller && session.protocol.tellsCallerApart;
      session.send(isAnswer ? this.#answer(session, call!, at) : this.#update(session, call, at));
      session.pending.length = 0;
      session.pendingSets.length = 0;
    }
    this.#told.length = 0;
    for (const live of touched) live.delta.clear();
    for (const { messages } of this.#audiences) messages.clear();
    this.#deltas.msgpack.clear();
    this.#deltas.bsatn.clear();
  }

  /**
   * Rows that a query shows, as the inserts of a SubscribeApplied.
   * @param room shared by all that is asked for at once
   * @throws SpacetickError E_SQL when there is no room for them
   */
  snapshot(session: Session, store: TableStore, rows: readonly Row[], room: SnapshotRoom): EncodedDelta {
    return this.#encoder.snapshot(session.protocol.encoding, store, rows, room);
  }

  /**
   * What a query asked once shows.
   * @throws SpacetickError E_SQL when there is no room for it
   */
  selection(session: Session, selection: Selection, room: SnapshotRoom): EncodedRows {
    return this.#encoder.selection(session.protocol.encoding, selection, room);
  }

  /** Rows that leave with a query. */
  removal(session: Session, store: TableStore, rows: readonly Row[]): EncodedDelta {
    return this.#encoder.encode(session.protocol.encoding, store, { ...NO_CHANGES, deletes: rows as Row[] });
  }

  /** Notes for each of a query's subscribers that they are to be told of it. */
  #gather(live: LiveQuery<Session>): void {
    for (const [session, sets] of live.subscribers) {
      const { pending, pendingSets } = session;
      if (pending.length === 0) this.#told.push(session);
      // A row that several query sets of a client hold is told once for each: the client counts.
      const times = session.protocol.tellsEachSet ? sets.length : 1;
      for (let i = 0; i < times; i++) {
        pending.push(live);
        pendingSets.push(sets[i]!);
      }
    }
  }

  /** What the caller is told, where that is nobody else's. */
  #answer(session: Session, call: CommittedCall, at: Timestamp): Uint8Array {
    const { protocol } = session;
    const info = reducerInfo(call, call.request!.args ?? call.publicArgs[protocol.encoding]);
    return protocol.reducerCommitted(at, info, this.#setsOf(session));
  }

  #update(session: Session, call: CommittedCall | undefined, at: Timestamp): Uint8Array {
    const audience = this.#audienceOf(session);
    const composition = compositionOf(session);
    let message = audience.messages.get(composition);
    if (message === undefined) {
      message = audience.protocol.transactionUpdate(at, seenBy(audience, call), this.#setsOf(session));
      audience.messages.set(composition, message);
    }
    return message;
  }

  #audienceOf({ protocol, isLight }: Session): Audience {
    for (const audience of this.#audiences) {
      if (audience.protocol === protocol && audience.isLight === isLight) return audience;
    }
    const audience: Audience = { protocol, isLight, messages: new Map() };
    this.#audiences.push(audience);
    return audience;
  }

  /** What a session is to be told of: sets by id, their tables by name; one set of all where none is named. */
  #setsOf({ protocol, pending, pendingSets }: Session): SetDelta[] {
    if (!protocol.namesSets) {
      return [{ querySetId: 0, tables: pending.map((live) => this.#deltaOf(live, protocol.encoding)) }];
    }
    const order = pending.map((_, i) => i);
    order.sort((a, b) => pendingSets[a]! - pendingSets[b]! || byTable(pending[a]!, pending[b]!));
    const sets: { querySetId: number; tables: EncodedDelta[] }[] = [];
    for (const i of order) {
      const delta = this.#deltaOf(pending[i]!, protocol.encoding);
      const last = sets.at(-1);
      if (last !== undefined && last.querySetId === pendingSets[i]) last.tables.push(delta);
      else sets.push({ querySetId: pendingSets[i]!, tables: [delta] });
    }
    return sets;
  }

  #deltaOf(live: LiveQuery<Session>, encoding: Encoding): EncodedDelta {
    const known = this.#deltas[encoding];
    let delta = known.get(live);
    if (delta === undefined) {
      delta = this.#encoder.encode(encoding, live.query.store, live.delta);
      known.set(live, delta);
    }
    return delta;
  }
}

/** The queries and, where the message names them, the sets that a session is to be told of. */
function compositionOf({ protocol, pending, pendingSets }: Session): string {
  const { namesSets } = protocol;
  if (pending.length === 1 && !namesSets) return String(pending[0]!.id);
  let composition = '';
  for (let i = 0; i < pending.length; i++) {
    composition += namesSets ? `${pending[i]!.id}:${pendingSets[i]},` : `${pending[i]!.id},`;
  }
  return composition;
}

function byTable(a: LiveQuery<Session>, b: LiveQuery<Session>): number {
  const [nameA, nameB] = [a.query.store.def.name, b.query.store.def.name];
  return nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
}

/** The call as others see it. BSATN has no form for a call without its arguments: it is then told as nobody's. */
function seenBy({ protocol, isLight }: Audience, call: CommittedCall | undefined): EncodedReducerInfo | undefined {
  if (call === undefined) return undefined;
  const args = call.publicArgs[protocol.encoding];
  if (protocol.encoding === 'bsatn' && (isLight || args === undefined)) return undefined;
  return reducerInfo(call, args);
}

function reducerInfo({ name, id, caller, request }: CommittedCall, args: Uint8Array | undefined): EncodedReducerInfo {
  const { identity, connectionId } = caller;
  return { name, id, caller: identity, connectionId, requestId: request?.requestId ?? 0, args };
}
