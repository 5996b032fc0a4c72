import * as Phaser from 'phaser';
import type { RemoveReason } from '../../../src/phaser/index.ts';
import { mirrorTable, rowSounds } from '../../../src/phaser/index.ts';
import { RowTable } from '../../phaser/row-table.ts';
import { consoleOf, nextFrame, startGame, TestScene, until } from './small-game.ts';

/** Ships belong to users. */
export interface Ship {
  id: number;
  owner: string;
  x: number;
  y: number;
}

interface User {
  identity: string;
  name: string;
}

const ship = (id: number, x = 10 * id, owner = `user${id}`): Ship => ({ id, owner, x, y: 0 });
const shipTable = (...rows: Ship[]) => {
  const table = new RowTable<Ship>('ship', (row) => row.id);
  for (const row of rows) table.insert(row);
  return table;
};

/** A game whose only scene is running, destroyed when the scenario ends. */
async function inScene<T>(work: (scene: TestScene) => T | Promise<T>): Promise<T> {
  const scene = new TestScene();
  const game = await startGame(scene);
  try {
    return await work(scene);
  } finally {
    await destroyed(game);
  }
}

function destroyed(game: Phaser.Game): Promise<void> {
  return new Promise((resolve) => {
    game.events.once('destroy', () => resolve());
    game.destroy(true);
  });
}

const pose = (row: Ship) => ({ x: row.x, y: row.y });
const draw = (scene: Phaser.Scene) => (row: Ship) => scene.add.rectangle(-1, -1, 4, 4).setName(`ship ${row.id}`);

const scenarios = {
  firstRows: () =>
    inScene((scene) => {
      const mirror = mirrorTable(scene, shipTable(ship(1), ship(2)), { create: draw(scene), pose });
      const names = [...mirror.objects()].map((object) => object.name);
      return { names, size: mirror.size, x: mirror.get(2)?.x, none: mirror.get(3) === undefined };
    }),

  rowLife: () =>
    inScene((scene) => {
      const table = shipTable();
      const log: string[] = [];
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose,
        update: (object, row, before) => log.push(`${object.name} ${before.x} -> ${row.x}`),
        remove: (object, row, reason) => {
          log.push(`${object.name} of ${row.owner} ${reason}`);
        },
      });
      // The user's listener comes after the mirror's, as in the client.
      table.watch({
        insert: (_, row) => log.push(`insert sees ${mirror.get(row.id)?.name} at ${mirror.get(row.id)?.x}`),
        update: () => {},
        delete: (_, row) => log.push(`delete sees ${mirror.get(row.id)?.name}`),
        end: () => {},
      });
      table.insert(ship(1));
      const object = mirror.get(1)!;
      table.update(ship(1, 60));
      const kept = mirror.get(1) === object;
      table.delete(ship(1));
      table.insert(ship(2));
      table.delete(ship(2), { tag: 'UnsubscribeApplied' });
      return { log, kept, left: scene.children.length, size: mirror.size, wasDestroyed: object.scene === undefined };
    }),

  endings: () =>
    inScene((scene) => {
      const reasons: RemoveReason[] = [];
      const options = {
        create: draw(scene),
        remove: (_: Phaser.GameObjects.Rectangle, __: Ship, reason: RemoveReason) => {
          reasons.push(reason);
        },
      };
      const ended = shipTable(ship(1));
      mirrorTable(scene, ended, options);
      ended.end();
      ended.end();
      const stopped = shipTable(ship(1));
      const mirror = mirrorTable(scene, stopped, options);
      mirror.stop();
      mirror.stop();
      stopped.end();
      return {
        reasons,
        left: scene.children.length,
        watchers: ended.watchers + stopped.watchers,
        listeners: ['postupdate', 'shutdown', 'destroy'].map((event) => scene.events.listenerCount(event)),
      };
    }),

  departures: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1), ship(2), ship(3), ship(4));
      let arrive = () => {};
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose,
        remove: (object, row) => {
          if (row.id === 1) return scene.tweens.add({ targets: object, alpha: 0, duration: 30 });
          if (row.id === 2) return new Promise<void>((resolve) => (arrive = resolve));
          if (row.id === 3) return scene.tweens.add({ targets: object, alpha: 0, duration: 1e6 });
          return scene.tweens.chain({
            targets: object,
            tweens: [
              { alpha: 0, duration: 20 },
              { x: 5, duration: 20 },
            ],
          });
        },
      });
      const objects = [1, 2, 3, 4].map((id) => mirror.get(id)!);
      for (const id of [1, 2, 3, 4]) table.delete(ship(id));
      const gone = () => objects.map((object) => object.scene === undefined);
      const atFirst = gone();
      table.insert(ship(2, 77));
      const again = mirror.get(2)!;
      await until(() => gone()[0]! && gone()[3]!);
      const meanwhile = gone();
      arrive();
      scene.tweens.killTweensOf(objects[2]!);
      await until(() => gone().every(Boolean));
      return { atFirst, meanwhile, isAnother: again !== objects[1], isThere: again.scene !== undefined };
    }),

  lastDeparture: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1));
      mirrorTable(scene, table, {
        create: draw(scene),
        remove: (object) => scene.tweens.add({ targets: object, alpha: 0, duration: 20 }),
      });
      const before = scene.events.listenerCount('postupdate');
      table.end();
      const during = scene.children.length;
      await until(() => scene.children.length === 0);
      await nextFrame(scene);
      return { before, during, after: scene.events.listenerCount('postupdate') };
    }),

  pool: () =>
    inScene((scene) => {
      const table = shipTable(ship(1), ship(2), ship(3));
      let created = 0;
      const resets: string[] = [];
      const mirror = mirrorTable(scene, table, {
        create: (row) => {
          created++;
          return draw(scene)(row);
        },
        pose,
        reset: (object, row) => {
          resets.push(`${object.name} becomes ${row.id}`);
          object.setName(`ship ${row.id}`);
        },
        pool: { max: 2 },
      });
      const objects = [1, 2, 3].map((id) => mirror.get(id)!);
      for (const id of [1, 2, 3]) table.delete(ship(id));
      const pooled = objects.map((object) => [object.active, object.visible, object.scene !== undefined]);
      table.insert(ship(4));
      const four = mirror.get(4)!;
      return { created, resets, pooled, reused: four === objects[1], four: [four.active, four.visible, four.x] };
    }),

  poolWithUpdate: () =>
    inScene((scene) => {
      const table = shipTable(ship(1));
      const log: string[] = [];
      mirrorTable(scene, table, {
        create: draw(scene),
        update: (_, row, before) => log.push(`${before.id} ${row.id}`),
        pool: true,
      });
      table.delete(ship(1));
      table.insert(ship(2));
      return log;
    }),

  joins: () =>
    inScene((scene) => {
      const users = new RowTable<User>('user', (row) => row.identity);
      users.insert({ identity: 'ann', name: 'Ann' });
      const ships = shipTable(ship(1, 10, 'ann'), ship(2, 20, 'bob'));
      const log: string[] = [];
      const mirror = mirrorTable(scene, ships, {
        create: (row, { user }) => {
          log.push(`create ${row.id} for ${user?.name}`);
          return scene.add.text(0, 0, user?.name ?? '?');
        },
        pose,
        update: (object, row, before, { user }) => {
          log.push(`${row.id}${row === before ? '' : ' itself'}: ${user?.name}`);
          object.setText(user?.name ?? '?');
        },
        join: { user: { source: users, of: (row) => row.owner } },
      });
      users.insert({ identity: 'bob', name: 'Bob' });
      users.update({ identity: 'bob', name: 'Rob' });
      users.delete({ identity: 'ann', name: 'Ann' });
      ships.update(ship(1, 10, 'bob'));
      users.update({ identity: 'bob', name: 'Bobby' });
      ships.delete(ship(2));
      users.update({ identity: 'bob', name: 'B' });
      const text = mirror.get(1)!.text;
      mirror.stop();
      return { log, text, watchers: users.watchers };
    }),

  joinedPose: () =>
    inScene((scene) => {
      const places = new RowTable<{ ship: number; x: number }>('place');
      const ships = shipTable(ship(1));
      const mirror = mirrorTable(scene, ships, {
        create: draw(scene),
        pose: (_, { place }) => (place === undefined ? undefined : { x: place.x, y: 7 }),
        join: { place: { source: places, of: (row) => row.id, by: (place) => place.ship } },
      });
      const before = mirror.get(1)!.x;
      const [first, second] = [
        { ship: 1, x: 55 },
        { ship: 1, x: 66 },
      ];
      places.insert(first, { tag: 'SubscribeApplied' });
      const placed = mirror.get(1)!.x;
      places.insert(second, { tag: 'SubscribeApplied' });
      const newest = mirror.get(1)!.x;
      places.delete(second, { tag: 'SubscribeApplied' });
      return { before, placed, newest, back: mirror.get(1)!.x };
    }),

  noPrimaryKey: () =>
    inScene((scene) => {
      const table = new RowTable<Ship>('ship');
      const first = ship(1, 5);
      table.insert(first);
      const mirror = mirrorTable(scene, table, { create: draw(scene), key: (row) => row.id, smooth: false, pose });
      const object = mirror.get(1);
      const second = ship(1, 50);
      table.insert(second);
      table.delete(first);
      const kept = mirror.get(1) === object;
      const x = object!.x;
      table.delete(second);
      let code = '';
      const bare = new RowTable<Ship>('orb');
      bare.insert(first);
      try {
        mirrorTable(scene, bare, { create: draw(scene) });
      } catch (error) {
        code = (error as { code: string }).code;
      }
      return { kept, x, size: mirror.size, code, watchers: bare.watchers };
    }),

  restart: async () => {
    const table = shipTable(ship(1), ship(2));
    const counts: number[] = [];
    let removed = 0;
    const scene = new TestScene((self) => {
      mirrorTable(self, table, {
        create: (row) => self.add.container(row.x, 0, [draw(self)(row)]),
        pose,
        remove: () => {
          removed++;
        },
        pool: true,
      });
      counts.push(table.watchers);
    });
    const game = await startGame(scene);
    for (let n = 2; n <= 4; n++) {
      scene.scene.restart();
      await until(() => scene.creations === n);
      table.update(ship(1, n * 100));
      await nextFrame(scene);
    }
    const children = scene.children.length;
    const listeners = scene.events.listenerCount('postupdate');
    await destroyed(game);
    return { counts, removed, children, listeners, after: table.watchers };
  },

  sceneStopped: async () => {
    const table = shipTable(ship(1));
    const title = new TestScene(() => {}, 'title');
    const arena = new TestScene((self) => mirrorTable(self, table, { create: draw(self), pose }), 'arena');
    const game = await startGame(arena, { scene: [arena, title] });
    arena.scene.start('title');
    await until(() => title.creations === 1);
    table.update(ship(1, 500));
    table.insert(ship(9));
    const watchers = table.watchers;
    arena.scene.stop('arena');
    game.scene.remove('arena');
    await nextFrame(title);
    await destroyed(game);
    return { watchers };
  },

  gameAgain: async () => {
    const table = shipTable(ship(1));
    const seen: number[] = [];
    for (let n = 0; n < 3; n++) {
      const scene = new TestScene((self) => mirrorTable(self, table, { create: draw(self), pose }));
      const game = await startGame(scene);
      seen.push(table.watchers, scene.children.length);
      await destroyed(game);
    }
    return { seen, after: table.watchers };
  },

  twoGames: async () => {
    const table = shipTable(ship(1));
    const start = async () => {
      const scene = new TestScene();
      const game = await startGame(scene);
      const mirror = mirrorTable(scene, table, { create: draw(scene), pose, smooth: false });
      return { game, mirror, scene };
    };
    const [a, b] = [await start(), await start()];
    table.update(ship(1, 42));
    const both = [a.mirror.get(1)?.x, b.mirror.get(1)?.x];
    await destroyed(a.game);
    table.update(ship(1, 43));
    const second = b.mirror.get(1)?.x;
    await nextFrame(b.scene);
    const watchers = table.watchers;
    await destroyed(b.game);
    return { both, second, gone: a.mirror.size, watchers };
  },

  destroyedByGame: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1), ship(2));
      const log: string[] = [];
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose,
        update: (object) => log.push(`update ${object.name}`),
        remove: (object) => {
          log.push(`remove ${object.name}`);
        },
        pool: true,
      });
      table.update(ship(1, 90), { at: 1000, arrivedAt: performance.now() });
      mirror.get(1)!.destroy();
      await nextFrame(scene);
      table.update(ship(1, 95), { at: 1050, arrivedAt: performance.now() });
      const seen = [mirror.get(1) === undefined, [...mirror.objects()].length, mirror.size];
      table.delete(ship(1));
      table.insert(ship(1));
      return { seen, log, again: mirror.get(1) !== undefined };
    }),

  errors: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1), ship(2), ship(3));
      const fail = (what: string) => {
        throw new Error(`${what} is broken`);
      };
      const facts = { size: 0, revived: false };
      const told = await consoleOf(async () => {
        const mirror = mirrorTable(scene, table, {
          create: (row) => (row.id < 3 && row.x < 500 ? fail('create') : draw(scene)(row)),
          pose: (row) => (row.y > 0 ? fail('pose') : pose(row)),
          update: () => fail('update'),
          remove: () => fail('remove'),
        });
        facts.size = mirror.size;
        table.update(ship(1, 600));
        facts.revived = mirror.get(1) !== undefined;
        table.update(ship(3, 31));
        table.update(ship(3, 32));
        table.update({ ...ship(3, 33), y: 1 });
        table.update({ ...ship(3, 34), y: 1 });
        await nextFrame(scene);
        table.delete(ship(3));
        table.delete(ship(1));
      });
      return { ...facts, told, left: scene.children.length };
    }),

  postUpdate: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1, 0));
      let now = 0;
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose,
        smooth: { clock: () => now, delayMs: 100 },
      });
      table.update(ship(1, 10), { at: 0, arrivedAt: 0 });
      table.update(ship(1, 20), { at: 50, arrivedAt: 50 });
      now = 125;
      const seen: number[] = [];
      scene.onUpdate = () => {
        mirror.get(1)!.x = -1; // the mirror has the last word
        seen.push(1);
      };
      await nextFrame(scene);
      return { x: mirror.get(1)!.x, updates: seen.length };
    }),

  poseFields: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1, 5));
      let mirrored: number[] = [];
      const told = await consoleOf(() => {
        const byName = mirrorTable(scene, table, {
          create: draw(scene),
          pose: (row) => ({ y: row.y, alpha: 0.5, x: row.x, scaleX: 2 }),
        });
        const object = byName.get(1)!;
        const angled = mirrorTable(scene, table, {
          create: draw(scene),
          pose: (row) => ({ x: row.x, y: row.y, rotation: 1 }),
        }).get(1)!;
        const placed = mirrorTable(scene, table, {
          create: (row) => scene.add.container(row.x, 0, [scene.add.rectangle(0, 0, 1, 1)]),
          pose: (row) => ({ x: row.x, turret: 90 }),
          place: (container, { x, turret }) => container.setX(x).setData('turret', turret),
        }).get(1)!;
        mirrorTable(scene, table, { create: draw(scene), pose: () => ({ x: 1, rotatoin: 2 }) });
        mirrored = [
          object.x,
          object.alpha,
          object.scaleX,
          angled.rotation,
          placed.x,
          placed.getData('turret') as number,
        ];
      });
      return { mirrored, told };
    }),

  maybePose: () =>
    inScene((scene) => {
      const table = shipTable(ship(1, 5));
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose: (row) => (row.x > 10 ? pose(row) : undefined),
        smooth: false,
      });
      const seen = [mirror.get(1)!.x];
      for (const x of [20, 9, 30]) {
        table.update(ship(1, x));
        seen.push(mirror.get(1)!.x);
      }
      return seen;
    }),

  snapshots: () =>
    inScene(async (scene) => {
      const table = shipTable(ship(1, 0));
      let now = 0;
      const mirror = mirrorTable(scene, table, {
        create: draw(scene),
        pose,
        smooth: { clock: () => now, delayMs: 100 },
      });
      for (let n = 0; n < 4; n++) table.update(ship(1, n * 10), { at: n * 50, arrivedAt: n * 50 });
      now = 175;
      await nextFrame(scene);
      const gliding = mirror.get(1)!.x;
      table.update(ship(1, 200), { tag: 'SubscribeApplied', arrivedAt: 180 });
      const atOnce = mirror.get(1)!.x;
      now = 190;
      await nextFrame(scene);
      return { gliding, atOnce, stays: mirror.get(1)!.x };
    }),

  tooEarly: () => {
    try {
      mirrorTable(new Phaser.Scene('never'), shipTable(), { create: () => new Phaser.GameObjects.Container(null!) });
      return '';
    } catch (error) {
      return (error as { code: string }).code;
    }
  },

  noTable: () =>
    inScene((scene) => {
      const ships = shipTable(ship(1));
      const create = () => scene.add.rectangle(0, 0, 1, 1);
      const none = undefined as never; // what a private or misspelt table is at run time
      const failures = [
        () => mirrorTable(scene, none, { create }),
        () => mirrorTable(scene, ships, { create, join: { user: { source: none, of: () => 'user1' } } }),
        () => rowSounds(undefined as never, none, {}),
      ].map((attempt) => {
        try {
          return attempt() && 'nothing';
        } catch (error) {
          const { code, message } = error as { code: string; message: string };
          return [code, message.split(' was given')[0], /misspelt.*private.*older/.test(message)];
        }
      });
      return { failures, watchers: ships.watchers };
    }),
};

export type MirrorScenarios = typeof scenarios;
Object.assign(window, { scenarios });
