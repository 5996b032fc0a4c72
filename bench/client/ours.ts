import {
  type ClientSocket,
  DbConnectionBuilder,
  DbConnectionImpl,
  procedures,
  reducers,
} from '../../src/client/index.ts';
import { table, tablesSchema } from '../../src/schema/index.ts';
import { closureCodec, type WireCodec } from '../../src/values/index.ts';
import { v2Protocol } from '../../src/wire/index.ts';
import { shipRow } from '../arena.ts';
import { bindings } from '../bindings.ts';
import { driftRow } from './bytes.ts';
import { type Connection, type Contestants, contender } from './rival.ts';

const VISIBLE = { hidden: false, onChange: () => () => undefined };

/** This project's client. @param codecs those the bindings carry, or closures, as a page without `eval` builds them */
export async function ours(codecs: 'bindings' | 'closures' = 'bindings'): Promise<Contestants> {
  const codec: WireCodec<unknown> =
    codecs === 'bindings' ? ((await bindings()).shipCodec as WireCodec<unknown>) : closureCodec(shipRow.algebraicType);
  const { tables } = tablesSchema({
    ship: table({ name: 'ship', codec: codec as never }, shipRow),
    drift: table({ name: 'drift', codec: codec as never }, driftRow),
  }).schemaType;
  const remote = {
    versionInfo: { cliVersion: '2.10.0' },
    tables,
    reducers: reducers().reducersType.reducers,
    ...procedures(),
  };
  type Conn = DbConnectionImpl<typeof remote>;
  return {
    async connect() {
      const socket: ClientSocket = {
        onopen: undefined,
        onmessage: undefined,
        onerror: undefined,
        onclose: undefined,
        send: () => undefined,
        close: () => undefined,
      };
      const conn = new DbConnectionBuilder<Conn>(remote, (config) => new DbConnectionImpl(config))
        .withUri('http://127.0.0.1:1')
        .withDatabaseName('arena')
        .withPlatform({ socket: () => socket, visibility: VISIBLE, protocols: [v2Protocol] })
        .build();
      socket.onopen?.();
      const receive = (payload: Uint8Array): void => {
        socket.onmessage?.(payload);
        conn.frameTick();
      };
      return contender(conn as unknown as Connection, receive, () => void conn.frameTick(), 1);
    },
  };
}
