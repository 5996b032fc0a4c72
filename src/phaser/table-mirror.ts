import type * as Phaser from 'phaser';
import type { Key, RowContext, RowSource, RowWatcher } from '../client/index.ts';
import { SpacetickError } from '../client/index.ts';
import { Departures } from './departures.ts';
import { type KeyLike, toKey } from './key-like.ts';
import type { MirrorEntry } from './mirror-entry.ts';
import { MirrorJoins } from './mirror-joins.ts';
import type { Joined, Mirror, MirrorOptions, RemoveReason } from './mirror-options.ts';
import { MirrorPoses } from './mirror-poses.ts';
import { isAlive, ObjectPool } from './object-pool.ts';
import type { Pose } from './pose-fields.ts';
import { Reporter } from './reporter.ts';
import { onSceneEnd } from './scene-systems.ts';

const POOL_MAX = 256; // more than come back at once in the games we know, and little memory

/** What `mirrorTable` gives back: follows the rows and owns their objects. */
export class TableMirror<Row, Obj extends Phaser.GameObjects.GameObject, Fields extends Pose, Joins>
  implements Mirror<Obj>, RowWatcher<Row>
{
  readonly #source: RowSource<Row>;
  readonly #options: MirrorOptions<Row, Obj, Fields, Joins>;
  readonly #reporter: Reporter;
  readonly #entries = new Map<Key, MirrorEntry<Row, Obj>>();
  readonly #poses: MirrorPoses<Row, Obj, Fields, Joins>;
  readonly #joins: MirrorJoins<Row, Obj, Joins>;
  readonly #departures = new Departures<Obj>();
  readonly #pool: ObjectPool<Obj> | undefined;
  readonly #events: Phaser.Events.EventEmitter;
  readonly #unwatch: () => void;
  readonly #forgetScene: () => void;
  #isOver = false;

  constructor(systems: Phaser.Scenes.Systems, source: RowSource<Row>, options: MirrorOptions<Row, Obj, Fields, Joins>) {
    this.#source = source;
    this.#options = options;
    this.#reporter = new Reporter(`mirrorTable(${source.tableName})`);
    this.#poses = new MirrorPoses(options, this.#reporter);
    if (options.pool) this.#pool = new ObjectPool(options.pool === true ? POOL_MAX : options.pool.max);
    this.#events = systems.events;
    this.#joins = new MirrorJoins(options.join, this.#reporter, (entry, context) =>
      this.#changed(entry, entry.row, context),
    );
    this.#unwatch = source.watch(this);
    this.#forgetScene = onSceneEnd(systems, () => this.#endWithScene());
    this.#events.on('postupdate', this.#frame, this);
    try {
      for (const row of source.iter()) this.#add(row, undefined);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: KeyLike): Obj | undefined {
    const known = toKey(key);
    const object = known === undefined ? undefined : this.#entries.get(known)?.object;
    return object !== undefined && isAlive(object) ? object : undefined;
  }

  *objects(): IterableIterator<Obj> {
    for (const { object } of this.#entries.values()) if (isAlive(object)) yield object;
  }

  stop(): void {
    if (this.#isOver) return;
    this.#end('stopped');
  }

  insert(context: RowContext, row: Row): void {
    this.#add(row, context);
  }

  update(context: RowContext, before: Row, row: Row): void {
    const key = this.#keyOf(row);
    const entry = this.#entries.get(key);
    if (this.#keyOf(before) !== key) {
      this.#drop(before, context);
      this.#add(row, context);
    } else if (entry === undefined)
      this.#add(row, context); // its `create` threw; this row may be one it can show
    else this.#replace(entry, row, context);
  }

  delete(context: RowContext, row: Row): void {
    this.#drop(row, context);
  }

  end(): void {
    if (!this.#isOver) this.#end('disconnected');
  }

  #add(row: Row, context: RowContext | undefined): void {
    const key = this.#keyOf(row);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.rows++;
      this.#replace(known, row, context);
      return;
    }
    const joinKeys = this.#joins.keysOf(row);
    const joined = this.#joins.rowsOf(joinKeys);
    const object = this.#make(row, joined as Joined<Joins>);
    if (object === undefined) return;
    const entry: MirrorEntry<Row, Obj> = { key, row, object, rows: 1, slot: -1, joined, joinKeys };
    this.#entries.set(key, entry);
    this.#joins.link(entry);
    this.#poses.place(entry, context);
  }

  #replace(entry: MirrorEntry<Row, Obj>, row: Row, context: RowContext | undefined): void {
    const before = entry.row;
    entry.row = row;
    this.#joins.relink(entry);
    this.#changed(entry, before, context);
  }

  /** The entry's row or one joined to it changed. */
  #changed(entry: MirrorEntry<Row, Obj>, before: Row, context: RowContext | undefined): void {
    if (!isAlive(entry.object)) return; // the game destroyed it: it stays away until the row is another one
    this.#poses.place(entry, context);
    const { update } = this.#options;
    if (update === undefined) return;
    try {
      update(entry.object, entry.row, before, entry.joined as Joined<Joins>);
    } catch (error) {
      this.#reporter.report('update', error);
    }
  }

  #make(row: Row, joined: Joined<Joins>): Obj | undefined {
    const { create, reset, update } = this.#options;
    const pooled = this.#pool?.take();
    try {
      if (pooled === undefined) return create(row, joined);
      if (reset !== undefined) reset(pooled, row, joined);
      else update?.(pooled, row, row, joined);
    } catch (error) {
      this.#reporter.report(pooled === undefined ? 'create' : 'reset', error);
    }
    return pooled;
  }

  #drop(row: Row, context: RowContext): void {
    const entry = this.#entries.get(this.#keyOf(row));
    if (entry === undefined || --entry.rows > 0) return;
    this.#remove(entry, context.event.tag === 'UnsubscribeApplied' ? 'unsubscribed' : 'deleted');
  }

  #remove(entry: MirrorEntry<Row, Obj>, reason: RemoveReason): void {
    this.#entries.delete(entry.key);
    this.#joins.unlink(entry);
    this.#poses.release(entry);
    if (!isAlive(entry.object)) return;
    try {
      const departure = this.#options.remove?.(entry.object, entry.row, reason);
      if (departure) {
        this.#departures.add(entry.object, departure);
        return;
      }
    } catch (error) {
      this.#reporter.report('remove', error);
    }
    this.#discard(entry.object);
  }

  #discard(object: Obj): void {
    if (!isAlive(object)) return;
    if (this.#pool !== undefined && !this.#isOver) this.#pool.give(object);
    else object.destroy();
  }

  #frame(): void {
    this.#poses.draw();
    this.#departures.collect((object) => this.#discard(object));
    if (this.#isOver && this.#departures.count === 0) this.#leaveScene();
  }

  #end(reason: RemoveReason): void {
    this.#stopFollowing();
    for (const entry of this.#entries.values()) this.#remove(entry, reason);
    this.#pool?.clear();
    if (this.#departures.count === 0) this.#leaveScene();
  }

  /** Phaser destroys what the scene shows; nothing can be animated any more. */
  #endWithScene(): void {
    this.#stopFollowing();
    this.#leaveScene();
    for (const { object } of this.#entries.values()) this.#discard(object);
    for (const object of this.#departures.drain()) this.#discard(object);
    this.#entries.clear();
    this.#pool?.clear();
  }

  #stopFollowing(): void {
    this.#isOver = true;
    this.#unwatch();
    this.#joins.stop();
  }

  #leaveScene(): void {
    this.#events.off('postupdate', this.#frame, this);
    this.#forgetScene();
  }

  #keyOf(row: Row): Key {
    const key = this.#options.key === undefined ? this.#source.keyOf(row) : toKey(this.#options.key(row));
    if (key !== undefined) return key;
    throw new SpacetickError(
      'E_MIRROR_KEY',
      `mirrorTable(${this.#source.tableName}): a row has no key. ` +
        (this.#options.key === undefined
          ? 'The table has no primary key: name one with `key: (row) => row.someUniqueColumn`.'
          : '`key` gave nothing for it: give back a unique column.'),
    );
  }
}
