import { describe, expect, it } from 'vitest';
import {
  ConnectionLostError,
  DbConnectionBuilder,
  type DbConnectionConfig,
  DbConnectionImpl,
  procedureSchema,
  procedures,
  reducerSchema,
  reducers,
  schema,
  TimeDuration,
  Timestamp,
  t,
  table,
} from '../../src/client/index.ts';
import { encodeBsatn, encodeMsgpack } from '../../src/values/index.ts';
import type { CallProcedureMessage, SubscribeMessage } from '../../src/wire/index.ts';
import { PROTOCOLS, type Protocol } from './support/arena.ts';
import { HandClock, HandVisibility } from './support/hand-clock.ts';
import { ScriptedHost } from './support/scripted-host.ts';
import { socketPairs } from './support/socket-pair.ts';

// A page whose bindings are older than the module: an enum has gained a variant since.

const OldKind = t.enum('Kind', { comet: t.unit(), star: t.u8() });
const NewKind = t.enum('Kind', { comet: t.unit(), star: t.u8(), nova: t.string() });
const tablesWith = (Kind: typeof OldKind) =>
  schema({
    orb: table({ name: 'orb' }, { id: t.u32().primaryKey(), kinds: t.array(t.object('Tagged', { kind: Kind })) }),
    spark: table({ name: 'spark' }, { kind: Kind, id: t.u32().primaryKey() }),
    ship: table({ name: 'ship' }, { id: t.u32().primaryKey() }),
  }).schemaType.tables;
const OLD = {
  versionInfo: { cliVersion: '2.10.0' },
  tables: tablesWith(OldKind),
  reducers: reducers(reducerSchema('paint', { kind: OldKind })).reducersType.reducers,
  ...procedures(procedureSchema('guess', {}, OldKind)),
};
type Conn = DbConnectionImpl<typeof OLD>;
const nova = { tag: 'nova', value: 'big' };

function connected({ client, host: ends }: Protocol) {
  const { factory, pairs } = socketPairs();
  const ended: (Error | undefined)[] = [];
  const construct = (config: DbConnectionConfig<typeof OLD>) => new DbConnectionImpl(config);
  const conn: Conn = new DbConnectionBuilder<Conn>(OLD as never, construct as never)
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('arena')
    .withPlatform({
      socket: factory,
      clock: new HandClock(),
      visibility: new HandVisibility(),
      protocols: [client],
    })
    .onDisconnect((_ctx, error) => ended.push(error))
    .build();
  const host = new ScriptedHost(pairs[0]!, tablesWith(NewKind as never), ends);
  const tick = () => {
    host.pair.flush();
    return conn.frameTick();
  };
  host.welcome();
  tick();
  conn.subscriptionBuilder().subscribeToAllTables();
  host.applied(host.received()[0] as SubscribeMessage, { table: 'ship', inserts: [{ id: 1 }] });
  tick();
  return { conn, host, tick, ended, ends };
}

describe.each(PROTOCOLS)('%s', (_name, protocol) => {
  const rows = {
    orb: { id: 7, kinds: [{ kind: { tag: 'star', value: 3 } }, { kind: nova }] },
    spark: { kind: nova, id: 7 },
  };
  it.each([
    ['orb', 'inserts', 'orb.kinds[1].kind (Kind)'],
    ['spark', 'inserts', 'spark.kind (Kind)'],
    ['spark', 'updates', 'spark.kind (Kind)'],
  ] as const)(
    '[L17] a variant that the bindings do not have, in %s (%s), ends the connection and says so',
    (name, how, path) => {
      const { conn, host, tick, ended } = connected(protocol);
      host.transaction({ table: 'ship', inserts: [{ id: 2 }] }, { table: name, [how]: [rows[name]] });
      host.transaction({ table: 'ship', inserts: [{ id: 3 }] });
      expect(tick()).toMatchObject({ active: false });
      const [error] = ended as ConnectionLostError[];
      expect(error).toBeInstanceOf(ConnectionLostError);
      expect(error!.message).toContain(path);
      expect(error!.message).toMatch(/variant 2 .*comet, star/);
      expect(error!.message).toMatch(/older than the module.*[Rr]eload.*generate/s);
      expect([error!.isOutdated, (error!.cause as { code: string }).code]).toEqual([true, 'E_VALUE_VARIANT']);
      expect([...conn.db.ship.iter()]).toEqual([{ id: 1 }]);
    },
  );

  it('[L17] in what a procedure returned it is that call alone', async () => {
    const { conn, host, tick, ended, ends } = connected(protocol);
    const guess = conn.procedures.guess({}).then(String, String);
    const { requestId } = host.received().at(-1) as CallProcedureMessage;
    const returned = (ends.encoding === 'bsatn' ? encodeBsatn : encodeMsgpack)(NewKind.algebraicType, nova);
    host.pair.send(ends.procedureResult(requestId, new Timestamp(5n), new TimeDuration(7n), { returned }));
    host.transaction({ table: 'ship', inserts: [{ id: 2 }] });
    expect(tick()).toMatchObject({ active: true });
    expect(await guess).toMatch(/what guess returned \(Kind\): variant 2 .*comet, star/);
    expect([conn.db.ship.count(), ended]).toEqual([2n, []]);
  });
});
