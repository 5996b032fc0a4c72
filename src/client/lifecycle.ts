import type { Identity } from '../values/index.ts';
import { Listeners } from './cache/listeners.ts';

export type ConnectListener = (connection: never, identity: Identity, token: string) => void;
export type ErrorListener = (context: never, error: Error) => void;
export type DisconnectListener = (context: never, error?: Error) => void;

/** Who hears of a connection's beginning and end. */
export class Lifecycle {
  readonly connect: Listeners<ConnectListener>;
  readonly connectError: Listeners<ErrorListener>;
  readonly disconnect: Listeners<DisconnectListener>;

  /** @param from whose listeners are the first */
  constructor(from?: Lifecycle) {
    this.connect = new Listeners(from?.connect.list);
    this.connectError = new Listeners(from?.connectError.list);
    this.disconnect = new Listeners(from?.disconnect.list);
  }
}
