import type { Identity } from '../values/index.ts';
import { Listeners } from './cache/listeners.ts';

export type ConnectListener = (connection: never, identity: Identity, token: string) => void;
export type ErrorListener = (context: never, error: Error) => void;
export type DisconnectListener = (context: never, error?: Error) => void;

/** Who hears of a connection's beginning and end. */
export class Lifecycle {
  readonly connect = new Listeners<ConnectListener>();
  readonly connectError = new Listeners<ErrorListener>();
  readonly disconnect = new Listeners<DisconnectListener>();

  /** For another connection of the same builder. */
  copy(): Lifecycle {
    const copy = new Lifecycle();
    for (const listener of this.connect.list) copy.connect.add(listener);
    for (const listener of this.connectError.list) copy.connectError.add(listener);
    for (const listener of this.disconnect.list) copy.disconnect.add(listener);
    return copy;
  }
}
