import type { ClientSocket } from '../src/client/index.ts';
import { ConnectionId, Identity, MsgpackWriter, TimeDuration, Timestamp } from '../src/values/index.ts';
import { type EncodedRows, msgpackHostProtocol as host } from '../src/wire/index.ts';
import { type Ship, shipsOf } from './arena.ts';
import { bindings } from './bindings.ts';

const NO_ROWS: EncodedRows = { count: 0, bytes: new Uint8Array(0) };
const NO_TIME = new TimeDuration(0n);
const REQUEST = { tag: 'Subscribe', requestId: 1, querySetId: 1, queries: [] } as const;
const NOBODY = { hidden: false, onChange: () => () => undefined };

/** Real frames, as the host writes them. */
export class Frames {
  readonly #rows = new MsgpackWriter();
  readonly #codec: Awaited<ReturnType<typeof bindings>>['shipCodec'];
  #micros = 1_790_000_000_000_000n;

  constructor(codec: Awaited<ReturnType<typeof bindings>>['shipCodec']) {
    this.#codec = codec;
  }

  welcome(): Uint8Array {
    return host.initialConnection(new Identity('a1'.repeat(32)), new ConnectionId('a1'.repeat(16)), 'token');
  }

  snapshot(ships: readonly Ship[]): Uint8Array {
    return host.subscribeApplied(REQUEST, this.#now(), NO_TIME, [this.#delta(this.#encode(ships), NO_ROWS)]);
  }

  updates(ships: readonly Ship[]): Uint8Array {
    return host.transactionUpdate(this.#now(), undefined, [
      { querySetId: 1, tables: [this.#delta(NO_ROWS, this.#encode(ships))] },
    ]);
  }

  #delta(inserts: EncodedRows, updates: EncodedRows) {
    return {
      table: 'ship',
      tableId: 1,
      isEvent: false,
      isTableEmpty: false,
      inserts,
      updates,
      deletes: NO_ROWS,
      events: NO_ROWS,
    };
  }

  #encode(ships: readonly Ship[]): EncodedRows {
    this.#rows.reset();
    for (const ship of ships) this.#codec.write(this.#rows, ship);
    return { count: ships.length, bytes: this.#rows.finish() };
  }

  #now(): Timestamp {
    this.#micros += 50_000n; // 20 steps a second
    return new Timestamp(this.#micros);
  }
}

/** A connection without a network: what is passed to `receive` has arrived. */
export async function connected() {
  const made = await bindings();
  const socket: ClientSocket = {
    onopen: undefined,
    onmessage: undefined,
    onerror: undefined,
    onclose: undefined,
    send: () => undefined,
    close: () => undefined,
  };
  const frames = new Frames(made.shipCodec);
  const conn = made
    .builder()
    .withUri('http://127.0.0.1:3000')
    .withPlatform({ socket: () => socket, visibility: NOBODY })
    .build();
  const receive = (bytes: Uint8Array): void => socket.onmessage?.(bytes);
  socket.onopen?.();
  receive(frames.welcome());
  conn.frameTick();
  return { ...made, conn, frames, receive };
}

/** The same with a first snapshot of so many ships in its cache. */
export async function connectedWith(count: number) {
  const made = await connected();
  made.receive(made.frames.snapshot(shipsOf(count)));
  made.conn.frameTick();
  if (made.conn.db.ship.count() !== BigInt(count)) throw new Error('The snapshot was not applied.');
  return made;
}
