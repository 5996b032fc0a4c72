import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/host/index.ts';
import { type ReducerCtx, SenderError, schema, t, table } from '../../src/module/index.ts';
import { PLAYER_AUTH } from './support/client.ts';
import { moduleOf, player, World } from './support/world.ts';

const Ship = table({ public: true }, { id: t.u32().primaryKey().autoInc(), owner: t.identity() });
const comet = schema({ ship: Ship });
type Ctx = ReducerCtx<(typeof comet)['tables']>;
const hooks: Record<'init' | 'connect' | 'disconnect', (ctx: Ctx) => void> = {
  init: () => undefined,
  connect: () => undefined,
  disconnect: () => undefined,
};
const module = moduleOf(comet, {
  a: comet.init((ctx) => hooks.init(ctx)),
  b: comet.clientConnected((ctx) => hooks.connect(ctx)),
  c: comet.clientDisconnected((ctx) => hooks.disconnect(ctx)),
  launch: comet.reducer((ctx) => void ctx.db.ship.insert({ id: 0, owner: ctx.sender })),
});

describe('the life of a database', () => {
  it('[H30] begins with init, once', () => {
    const seen: unknown[] = [];
    hooks.init = (ctx) => {
      seen.push([ctx.connectionId, ctx.sender.isEqual(ctx.databaseIdentity), ctx.senderAuth.isInternal]);
      ctx.db.ship.insert({ id: 0, owner: ctx.sender });
    };
    const world = new World(module);
    expect(world.rows('ship')).toHaveLength(1);
    world.publish(module);
    expect([seen, world.rows('ship').length]).toEqual([[[null, true, true]], 1]);
    world.publish(module, { deleteData: true });
    expect([seen.length, world.rows('ship')]).toEqual([2, [{ id: 1, owner: world.database.identity }]]);
  });

  it('[H30] does not begin when init throws, and an older database goes on', () => {
    hooks.init = () => undefined;
    const world = new World(module);
    const client = world.join();
    client.call('launch');
    const before = world.database;
    hooks.init = () => {
      throw new Error('no stars');
    };
    const refused = expect.objectContaining({ code: 'E_INIT', message: "The module's init reducer failed: no stars" });
    expect(() => world.publish(module, { deleteData: true })).toThrow(refused);
    expect(() => new World(module)).toThrow(refused);
    expect(world.database).toBe(before);
    expect([client.closed, world.rows('ship').length]).toEqual([undefined, 1]);
    client.call('launch');
    expect(client.last('TransactionUpdate').reducer?.name).toBe('launch');
    hooks.init = () => undefined;
  });

  it('[H31] lets a client in, or refuses it', () => {
    const world = new World(module);
    let inside = 0;
    hooks.connect = (ctx) => {
      ctx.db.ship.insert({ id: 0, owner: ctx.sender });
      inside = world.database.sessions.size;
      if (ctx.sender.isEqual(player(13))) throw new SenderError(`Player 13 is banned ${'!'.repeat(200)}`);
    };
    const ada = world.join(1);
    expect(inside).toBe(0);
    ada.subscribe(1, 'SELECT * FROM ship');
    expect(ada.table('ship')).toEqual([{ id: 1, owner: player(1) }]);
    const frames = ada.frames.length;
    const banned = world.join(13);
    expect(banned.connection).toBeUndefined();
    expect(banned.frames).toEqual([]);
    expect(banned.closed).toMatchObject({ code: 1008, reason: expect.stringMatching(/^Player 13 is banned !+…$/) });
    expect(new TextEncoder().encode(banned.closed!.reason).length).toBeLessThanOrEqual(123);
    expect([ada.frames.length, world.rows('ship').length, world.database.sessions.size]).toEqual([frames, 1, 1]);
    hooks.connect = () => undefined;
  });

  it('[H32] notices who leaves, even if the module fails to', () => {
    const world = new World(module);
    const [ada, bob] = [world.join(1), world.join(2)];
    ada.subscribe(1, 'SELECT * FROM ship');
    const gone: unknown[] = [];
    hooks.disconnect = (ctx) => {
      gone.push(ctx.connectionId?.hex);
      ctx.db.ship.insert({ id: 0, owner: ctx.sender });
    };
    bob.leave();
    bob.leave();
    expect(gone).toEqual([bob.connectionId.hex]);
    expect(ada.table('ship')).toEqual([{ id: 1, owner: player(2) }]);
    hooks.disconnect = () => {
      throw new SenderError('stuck');
    };
    ada.leave();
    expect(world.database.log.records.at(-1)).toMatchObject({ level: 'error', message: 'client_disconnected: stuck' });
    expect(world.database.sessions.size).toBe(0);
    const frames = ada.frames.length;
    world.run('launch');
    expect(ada.frames).toHaveLength(frames);
    hooks.disconnect = () => undefined;
  });

  it('[H33] has each connection id once', () => {
    const world = new World(module);
    const ada = world.join(1);
    const closed: unknown[] = [];
    const second = Connection.open(
      world.database,
      { identity: player(2), connectionId: ada.connectionId, auth: PLAYER_AUTH },
      'token',
      { send: () => undefined, close: (...why) => void closed.push(why) },
    );
    expect([second, closed]).toEqual([undefined, [[1008, expect.stringContaining('is in use')]]]);
    ada.call('launch');
    expect(ada.last('TransactionUpdate').reducer?.name).toBe('launch');
  });
});
