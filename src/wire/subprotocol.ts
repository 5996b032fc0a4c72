import type { ReducerDef } from '../schema/index.ts';
import type { ByteWriter, ValueWriter } from '../values/index.ts';
import type { ServerMessage, WireTables } from './messages.ts';

/** The client's end of a subprotocol: a bundle carries those it imports. */
export interface ClientProtocol {
  /** Name in `Sec-WebSocket-Protocol`. */
  readonly name: string;
  /** @throws SpacetickError E_WIRE_DECODE; ValueError */
  decode(bytes: Uint8Array, tables: WireTables): ServerMessage;
  subscribe(requestId: number, querySetId: number, queries: readonly string[]): Uint8Array;
  unsubscribe(requestId: number, querySetId: number): Uint8Array;
  /** @throws ValueError naming the argument that does not fit; nothing is sent then */
  callReducer(requestId: number, reducer: ReducerDef, args: unknown): Uint8Array;
}

/** A writer of values in some encoding. */
export type Writer = ByteWriter & ValueWriter;
