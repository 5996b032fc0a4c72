import { DbConnectionBuilder, DbConnectionImpl, procedures, reducerSchema, reducers } from '../../src/client/index.ts';
import { protocols } from '../../src/client/protocols.ts';
import { table, tablesSchema } from '../../src/schema/index.ts';
import { t } from '../../src/values/index.ts';

const { tables } = tablesSchema({
  user: table({ name: 'user' }, { identity: t.identity().primaryKey(), name: t.option(t.string()), online: t.bool() }),
  message: table({ name: 'message' }, { sender: t.identity(), sent: t.timestamp(), text: t.string() }),
}).schemaType;
const remote = {
  versionInfo: { cliVersion: '2.10.0' },
  tables,
  reducers: reducers(reducerSchema('send_message', { text: t.string() })).reducersType.reducers,
  ...procedures(),
};
type Conn = DbConnectionImpl<typeof remote>;

/** A client of the chat that always has something to say. */
export class Talker {
  /** Milliseconds from each call to its answer, behind its row. */
  readonly latencies: number[] = [];
  /** Messages it was told of. */
  heard = 0;
  readonly #conn: Conn;
  readonly #number: number;

  private constructor(conn: Conn, number: number) {
    this.#conn = conn;
    this.#number = number;
    conn.db.message.onInsert(() => void this.heard++);
  }

  static join(url: string, protocol: string, number: number): Promise<Talker> {
    return new Promise((resolve, reject) => {
      const conn = new DbConnectionBuilder<Conn>(remote, (config) => new DbConnectionImpl(config))
        .withUri(url)
        .withDatabaseName('chat')
        .withPlatform({ protocols: protocols.filter(({ name }) => name === protocol) })
        .onConnectError((_ctx, error) => reject(error))
        .build();
      const talker = new Talker(conn, number);
      conn
        .subscriptionBuilder()
        .onApplied(() => resolve(talker))
        .subscribeToAllTables();
      conn.runAuto();
    });
  }

  /** @param until milliseconds of `performance.now()` */
  async talkUntil(until: number): Promise<void> {
    for (let n = 0; performance.now() < until; n++) {
      const start = performance.now();
      await this.#conn.reducers.sendMessage({ text: `message ${n} of client ${this.#number}` });
      this.latencies.push(performance.now() - start);
    }
  }

  leave(): void {
    this.#conn.disconnect();
  }
}
