import type * as Phaser from 'phaser';
import type { RowSource, RowWatcher } from '../src/client/row-source.ts';
import { mirrorTable } from '../src/phaser/mirror-table.ts';
import { Timestamp } from '../src/values/index.ts';
import { type Ship, shipsOf } from './arena.ts';
import { busyNanos, type Effort, median, type Outcome } from './race.ts';

const STEP_MS = 50; // 20 host steps a second
const FRAME_MS = 1000 / 60;
const FRAMES_PER_FEED = 30; // the samples of so many are known in advance: what `mirrorTable` keeps of a row
const FIRST_STEPS = 4; // more than the delay, so that every frame lies between two samples

/**
 * Ships that all move, mirrored and smoothed; against as many sprites that a loop moves between two positions in
 * arrays. Taking rows in is not measured (the scenario `updates` does that), drawing a frame is.
 * @param scene with systems: its `events` and `game` are what is used
 */
export function raceFleets<Sprite extends Phaser.GameObjects.Sprite>(
  effort: Effort,
  scene: Phaser.Scene,
  count: number,
  makeSprite: () => Sprite,
): Outcome {
  let now = 0;
  let step = 0;
  const table = new MovingShips(shipsOf(count));
  const mirror = mirrorTable(scene, table, {
    create: makeSprite,
    pose: (ship) => ({ x: ship.x, y: ship.y }),
    smooth: { clock: () => now, delayMs: 2 * STEP_MS },
  });
  const feed = (): void => {
    while ((step - FIRST_STEPS) * STEP_MS < now + FRAMES_PER_FEED * FRAME_MS) table.step(step++ * STEP_MS);
  };
  const mirrored = (): void => {
    now += FRAME_MS;
    scene.sys.events.emit('postupdate');
  };

  const sprites = Array.from({ length: count }, makeSprite);
  const arrays = () => Float64Array.from(sprites, (_, n) => n);
  const [fromX, fromY, toX, toY] = [arrays(), arrays(), arrays(), arrays()];
  let share = 0;
  const plain = (): void => {
    share = (share + FRAME_MS / STEP_MS) % 1;
    for (let n = 0; n < count; n++) {
      const sprite = sprites[n]!;
      sprite.x = fromX[n]! + (toX[n]! - fromX[n]!) * share;
      sprite.y = fromY[n]! + (toY[n]! - fromY[n]!) * share;
    }
  };

  feed();
  mirrored();
  mustMove([...mirror.objects()], mirrored);
  const outcome = raceFrames(effort, feed, mirrored, plain);
  mirror.stop();
  return outcome;
}

/** As `race`, with samples brought in between that do not count. */
function raceFrames(effort: Effort, feed: () => void, work: () => void, against: () => void): Outcome {
  const { sampleMs, warmUpMs } = effort;
  const sample = (feeds: number): { ours: number; theirs: number } => {
    let ours = 0;
    let theirs = 0;
    for (let n = 0; n < feeds; n++) {
      feed();
      ours += nanosOf(work);
      theirs += nanosOf(against);
    }
    return { ours, theirs };
  };
  const until = performance.now() + 2 * warmUpMs;
  let feeds = 0;
  for (; feeds === 0 || performance.now() < until; feeds++) sample(1);
  const perSample = effort.isQuick ? 1 : Math.max(1, Math.round((feeds * sampleMs) / (2 * warmUpMs)));
  const ratios: number[] = [];
  const nanos: number[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const { ours, theirs } = sample(perSample);
    ratios.push(ours / theirs);
    nanos.push(ours / perSample / FRAMES_PER_FEED);
  }
  return { ratio: median(ratios), ns: median(nanos) };
}

/** Nanoseconds of as many frames as were fed. */
function nanosOf(frame: () => void): number {
  const start = busyNanos();
  for (let n = 0; n < FRAMES_PER_FEED; n++) frame();
  return busyNanos() - start;
}

/** A mirror that rests would be cheap. */
function mustMove(sprites: readonly Phaser.GameObjects.Sprite[], frame: () => void): void {
  for (let n = 0; n < FRAMES_PER_FEED / 2; n++) frame();
  const before = sprites.map(({ x }) => x);
  frame();
  const resting = sprites.filter(({ x }, n) => x === before[n]).length;
  if (resting > 0) throw new Error(`${resting} of ${sprites.length} mirrored sprites do not move.`);
}

/** Ships that fly straight on, as a table that can be followed. */
class MovingShips implements RowSource<Ship> {
  readonly tableName = 'ship';
  readonly #watchers = new Set<RowWatcher<Ship>>();
  #ships: Ship[];

  constructor(ships: Ship[]) {
    this.#ships = ships;
  }

  iter(): IterableIterator<Ship> {
    return this.#ships.values();
  }

  keyOf(ship: Ship): number {
    return ship.id;
  }

  watch(watcher: RowWatcher<Ship>): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** All of them move in one transaction. @param millis when it is committed, and arrives */
  step(millis: number): void {
    const context = { event: { tag: 'Transaction' }, timestamp: Timestamp.fromMillis(millis), arrivedAt: millis };
    const before = this.#ships;
    this.#ships = before.map((ship) => ({ ...ship, x: ship.x + ship.vx / 20, y: ship.y + ship.vy / 20 }));
    for (const watcher of this.#watchers) {
      for (let n = 0; n < before.length; n++) watcher.update(context, before[n]!, this.#ships[n]!);
    }
  }
}
