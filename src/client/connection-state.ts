import { ConnectionId, type Identity } from '../values/index.ts';

/** What is known of the connection as of the current message. */
export class ConnectionState {
  identity: Identity | undefined;
  /** Made up here until the host says which it is (`api.md` 1.1). */
  connectionId: ConnectionId = ConnectionId.random();
  token: string | undefined;
  isEnded = false;
  /** Why it ended; undefined when it was asked to. */
  endedBy: Error | undefined;

  constructor(token: string | undefined) {
    this.token = token;
  }
}
