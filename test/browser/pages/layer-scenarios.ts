import type * as Phaser from 'phaser';
import { actions, destroyGame, mirrorTable, spacetickPlugin, useConnection } from '../../../src/phaser/index.ts';
import { FRAMES_PER_FEED, movingSprites } from '../../phaser/moving-sprites.ts';
import { RowTable } from '../../phaser/row-table.ts';
import { consoleOf, nextFrame, startGame, TestScene, until } from './small-game.ts';

/** Counts ticks, and remembers in which order ticks and updates came. */
class CountingConnection {
  ticks = 0;
  readonly log: string[];

  constructor(log: string[] = []) {
    this.log = log;
  }

  frameTick(): void {
    this.ticks++;
    this.log.push('tick');
  }
}

interface Ship {
  id: number;
  x: number;
}

/** What the hidden-tab test leaves running between its steps. */
interface Kept {
  game: Phaser.Game;
  scene: TestScene;
  table: RowTable<Ship>;
  x: () => number | undefined;
  calls: unknown[];
}
let kept: Kept | undefined;

const scenarios = {
  ticks: async () => {
    const log: string[] = [];
    const net = spacetickPlugin({ connection: new CountingConnection(log) });
    const scene = new TestScene();
    const second = new TestScene(() => {}, 'second');
    scene.onUpdate = () => log.push('first');
    second.onUpdate = () => log.push('second');
    const game = await startGame(scene, { plugins: { global: [net] }, scene: [scene, second] });
    scene.scene.launch('second');
    await until(() => second.creations === 1);
    await nextFrame(scene);
    log.length = 0;
    await nextFrame(scene);
    const frame = log.slice(0, 3);
    const isSame = useConnection(scene) === net.connection;
    game.scene.stop('second');
    scene.scene.pause();
    const { ticks } = net.connection;
    await until(() => net.connection.ticks > ticks + 2);
    await destroyGame(game);
    const after = net.connection.ticks;
    await new Promise((resolve) => setTimeout(resolve, 60));
    return { frame, isSame, afterwards: net.connection.ticks - after };
  },

  oneConfigManyGames: async () => {
    const net = spacetickPlugin<CountingConnection>();
    const config = { plugins: { global: [net] } };
    const connection = new CountingConnection();
    net.setConnection(connection);
    const seen: boolean[] = [];
    const told = await consoleOf(async () => {
      const first = new TestScene();
      const a = await startGame(first, config);
      seen.push(useConnection(first) === connection);
      a.destroy(true);
      const second = new TestScene(); // made in the very tick the first one is given up
      const b = await startGame(second, config);
      seen.push(useConnection(second) === connection);
      const third = new TestScene(); // side by side
      const c = await startGame(third, config);
      seen.push(useConnection(third) === connection);
      await destroyGame(b);
      const { ticks } = connection;
      await until(() => connection.ticks > ticks + 2);
      seen.push(useConnection(third) === connection);
      await destroyGame(c);
      await destroyGame(c);
    });
    return { seen, told };
  },

  lateConnection: async () => {
    const codes: string[] = [];
    const codeOf = (work: () => unknown) => {
      try {
        work();
        codes.push('none');
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
    };
    const net = spacetickPlugin<CountingConnection>();
    const scene = new TestScene();
    const game = await startGame(scene, { plugins: { global: [net] } });
    codeOf(() => useConnection(scene));
    codeOf(() => net.connection);
    const [a, b] = [new CountingConnection(), new CountingConnection()];
    net.setConnection(a);
    codeOf(() => useConnection(scene));
    await until(() => a.ticks > 0);
    net.setConnection(b);
    const { ticks } = a;
    await until(() => b.ticks > 1);
    const replaced = a.ticks - ticks;
    await destroyGame(game);
    const bare = new TestScene();
    const other = await startGame(bare);
    codeOf(() => useConnection(bare));
    await destroyGame(other);
    return { codes, replaced };
  },

  sceneActions: async () => {
    const calls: unknown[] = [];
    const scene = new TestScene();
    const game = await startGame(scene);
    let now = 0;
    const steer = actions(
      async (args: { x: number }) => {
        calls.push(args.x);
      },
      { perSecond: 10, neutral: { x: 0 }, scene, clock: () => now },
    );
    steer({ x: 1 });
    steer({ x: 2 });
    await nextFrame(scene);
    const tooEarly = [...calls];
    now = 100;
    await nextFrame(scene);
    const onFrame = [...calls];
    scene.scene.pause();
    await until(() => scene.scene.isPaused());
    const paused = [...calls];
    scene.scene.resume();
    await until(() => scene.scene.isActive());
    now = 300;
    steer({ x: 3 });
    window.dispatchEvent(new Event('blur'));
    const blurred = [...calls];
    now = 500;
    steer({ x: 4 });
    scene.scene.restart();
    await until(() => scene.creations === 2);
    now = 900;
    steer({ x: 5 });
    await nextFrame(scene);
    const listeners = scene.events.listenerCount('pause');
    await destroyGame(game);
    return { tooEarly, onFrame, paused, blurred, ended: calls, listeners };
  },

  startHidable: async () => {
    const calls: unknown[] = [];
    const scene = new TestScene();
    const game = await startGame(scene);
    const table = new RowTable<Ship>('ship', (row) => row.id);
    table.insert({ id: 1, x: 0 });
    const mirror = mirrorTable(scene, table, {
      create: () => scene.add.rectangle(0, 0, 4, 4),
      pose: (row) => ({ x: row.x, y: 0 }),
    });
    const steer = actions(async (args: { x: number }) => void calls.push(args), { neutral: { x: 0 }, scene });
    steer({ x: 9 });
    kept = { game, scene, table, calls, x: () => mirror.get(1)?.x };
    return document.hidden;
  },

  whileHidden: () => ({ isHidden: document.hidden, calls: kept!.calls }),

  afterHidden: async () => {
    const { scene, table, x, game } = kept!;
    // What the client does on return: one net change, told as a resume.
    table.update({ id: 1, x: 1234 }, { tag: 'SubscribeApplied', arrivedAt: performance.now() - 500 });
    await nextFrame(scene);
    const atOnce = x();
    const begun = performance.now();
    for (let n = 1; n <= 6; n++) {
      const now = performance.now();
      table.update({ id: 1, x: 1234 + n * 10 }, { at: 1e12 + (now - begun), arrivedAt: now });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(() => x() === 1294);
    await destroyGame(game);
    return { atOnce };
  },

  destroyWhileHidden: async () => {
    const { game, table } = kept!;
    await destroyGame(game);
    return { isHidden: document.hidden, watchers: table.watchers };
  },

  /** Milliseconds for one frame of 1,000 sprites, mirrored and by hand. */
  cost: async () => {
    const scene = new TestScene();
    const game = await startGame(scene);
    game.loop.stop(); // nothing but the measured work
    const sprites = movingSprites(scene, () => scene.add.sprite(0, 0, '__DEFAULT'), 1000);
    const time = (work: () => void) => {
      sprites.feed();
      const start = performance.now();
      for (let n = 0; n < FRAMES_PER_FEED; n++) work();
      return (performance.now() - start) / FRAMES_PER_FEED;
    };
    // A page's clock is coarse, so ten rounds are added up; the machine is busy, so the median of such sums counts.
    const [plain, mirrored] = [[] as number[], [] as number[]];
    for (let group = 0; group < 15; group++) {
      let [byHand, byMirror] = [0, 0];
      for (let round = 0; round < 10; round++) {
        byHand += time(sprites.plain);
        byMirror += time(sprites.mirrored);
      }
      plain.push(byHand / 10);
      mirrored.push(byMirror / 10);
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[7]!;
    const facts = { plain: median(plain), mirrored: median(mirrored), moved: sprites.moving() };
    sprites.stop();
    game.loop.wake();
    await destroyGame(game);
    return facts;
  },
};

export type LayerScenarios = typeof scenarios;
Object.assign(window, { scenarios });
