import type { ConnectionId, Identity } from '../values/index.ts';
import { type HostProtocol, msgpackHostProtocol } from '../wire/index.ts';
import type { LiveQuery } from './query/live-query.ts';
import type { Caller } from './reducer-context.ts';

/**
 * Where a connection's bytes go. The platform gives it; the core only sends and closes. Neither throws, nor calls back
 * before it returns: that the connection has ended is told later.
 */
export interface SessionSink {
  /** @param isAnswer whether the client asked for these bytes, many as they may be */
  send(bytes: Uint8Array, isAnswer?: boolean): void;
  /** @param code WebSocket close code. @param reason at most 123 bytes of UTF-8 */
  close(code: number, reason: string): void;
}

/** What was agreed on with a client when it connected. */
export interface SessionTerms {
  readonly protocol: HostProtocol;
  /** Whether it wants to be told no more of others' calls than what they changed (v1). */
  readonly isLight: boolean;
  /** How many requests of it are done in a second; undefined, or infinite, as many as there is time for. */
  readonly requestsPerSecond?: number;
}

export const DEFAULT_TERMS: SessionTerms = Object.freeze({ protocol: msgpackHostProtocol, isLight: false });

/** One connected client. */
export class Session implements Caller {
  readonly identity: Identity;
  readonly connectionId: ConnectionId;
  readonly auth: Caller['auth'];
  readonly sink: SessionSink;
  readonly protocol: HostProtocol;
  readonly isLight: boolean;
  /** Query set -> its live queries, and the texts they came from. */
  readonly querySets = new Map<number, { readonly sql: readonly string[]; queries: LiveQuery<Session>[] }>();
  /** Queries that the commit being told touched, each with the set it stands in; emptied when it has been told. */
  readonly pending: LiveQuery<Session>[] = [];
  readonly pendingSets: number[] = [];
  isOpen = true;

  constructor(caller: Caller & { connectionId: ConnectionId }, sink: SessionSink, terms: SessionTerms = DEFAULT_TERMS) {
    this.identity = caller.identity;
    this.connectionId = caller.connectionId;
    this.auth = caller.auth;
    this.sink = sink;
    this.protocol = terms.protocol;
    this.isLight = terms.isLight;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen) this.sink.send(bytes);
  }

  /** Sends what the client asked for: rows, or what a procedure returned. */
  answer(bytes: Uint8Array): void {
    if (this.isOpen) this.sink.send(bytes, true);
  }

  /** Closes the connection from this side; what is sent from now on goes nowhere. */
  end(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.sink.close(code, reason);
  }
}
