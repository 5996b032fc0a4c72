import type { ConnectionId, Identity } from '../values/index.ts';

/** What is known of the connection as of the current message. */
export class ConnectionState {
  identity: Identity | undefined;
  connectionId: ConnectionId | undefined;
  token: string | undefined;
  isEnded = false;
  /** Why it ended; undefined when it was asked to. */
  endedBy: Error | undefined;

  constructor(token: string | undefined) {
    this.token = token;
  }
}
