import { DbConnectionBuilder as BrowserBuilder } from '../db-connection-builder.ts';
import type { AnyModule } from '../remote-module.ts';
import type { SocketFactory } from '../socket.ts';
import { nodeSocket } from './web-socket.ts';

/** The builder with Node's sockets. */
export class DbConnectionBuilder<C extends { readonly __module?: AnyModule }> extends BrowserBuilder<C> {
  protected override defaultSocket(): SocketFactory {
    return nodeSocket;
  }
}
