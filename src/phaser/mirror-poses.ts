import type * as Phaser from 'phaser';
import type { RowContext } from '../client/index.ts';
import type { MirrorEntry } from './mirror-entry.ts';
import type { Joined, MirrorOptions, SmoothOptions } from './mirror-options.ts';
import { type Pose, PoseFields } from './pose-fields.ts';
import { PoseMotion } from './pose-motion.ts';
import { type PoseWriter, writerFor } from './pose-writer.ts';
import type { Reporter } from './reporter.ts';
import { Timeline } from './timeline.ts';

const SNAP_DISTANCE = 300; // pixels: nothing a player can follow crosses them in a step
const EXTRAPOLATE_MS = 100; // a guess for longer is wrong more often than right

/** What is needed to draw poses; made from the first pose, which says what fields there are. */
interface Drawing<Obj> {
  fields: PoseFields;
  motion: PoseMotion<Obj>;
  writer: PoseWriter<Obj>;
}

/** The poses of a mirror: from rows to samples, from samples to objects. */
export class MirrorPoses<Row, Obj extends Phaser.GameObjects.GameObject, Fields extends Pose, Joins> {
  readonly #options: MirrorOptions<Row, Obj, Fields, Joins>;
  readonly #smooth: SmoothOptions<Row>;
  readonly #isSmooth: boolean;
  readonly #reporter: Reporter;
  readonly #timeline: Timeline;
  #drawing: Drawing<Obj> | undefined;

  constructor(options: MirrorOptions<Row, Obj, Fields, Joins>, reporter: Reporter) {
    const { smooth = true } = options;
    this.#options = options;
    this.#smooth = typeof smooth === 'object' ? smooth : {};
    this.#isSmooth = smooth !== false;
    this.#reporter = reporter;
    this.#timeline = this.#smooth.timeline ?? new Timeline(this.#smooth);
  }

  /**
   * Takes in where the entry's row is by now. A first pose, and what a first snapshot or a resume brings, is drawn at
   * once; what changes live is glided to.
   * @param context of the change; undefined for rows that were there before
   */
  place(entry: MirrorEntry<Row, Obj>, context: RowContext | undefined): void {
    const pose = this.#poseOf(entry);
    if (pose === undefined) return;
    this.#drawing ??= this.#start(pose, entry.object);
    const { fields, motion, writer } = this.#drawing;
    fields.read(pose, motion.input);
    const isLive = context !== undefined && context.event.tag !== 'SubscribeApplied';
    const time = isLive && this.#isSmooth ? this.#timeOf(entry.row, context) : Number.NEGATIVE_INFINITY;
    const isNew = entry.slot < 0;
    if (isNew) entry.slot = motion.add(entry.object, time);
    else if (isLive && this.#isSmooth) {
      motion.push(entry.slot, time);
      return;
    } else motion.settle(entry.slot);
    writer.one(entry.object, motion, entry.slot);
  }

  release(entry: MirrorEntry<Row, Obj>): void {
    if (entry.slot < 0 || this.#drawing === undefined) return;
    this.#drawing.motion.release(entry.slot);
    entry.slot = -1;
  }

  /** Draws this frame: every object that moves, and no other. */
  draw(): void {
    if (this.#drawing === undefined) return;
    const { motion, writer } = this.#drawing;
    motion.advance(this.#timeline.clock());
    writer.all(motion);
  }

  #poseOf(entry: MirrorEntry<Row, Obj>): Fields | undefined {
    const { pose } = this.#options;
    if (pose === undefined) return undefined;
    try {
      return pose(entry.row, entry.joined as Joined<Joins>);
    } catch (error) {
      this.#reporter.report('pose', error);
      return undefined;
    }
  }

  #timeOf(row: Row, context: RowContext): number {
    const { time } = this.#smooth;
    if (time === undefined || context.timestamp !== undefined) return this.#timeline.timeOf(context);
    try {
      return this.#timeline.timeOf(context, time(row));
    } catch (error) {
      this.#reporter.report('smooth.time', error);
      return this.#timeline.timeOf(context);
    }
  }

  #start(pose: Fields, object: Obj): Drawing<Obj> {
    const { snapDistance = SNAP_DISTANCE, extrapolateMs = EXTRAPOLATE_MS, turns } = this.#smooth;
    const fields = new PoseFields(pose, turns);
    // `place` was declared with the very fields that `pose` gives.
    const place = this.#options.place as ((object: Obj, pose: Pose) => void) | undefined;
    return {
      fields,
      motion: new PoseMotion(fields.turns, fields.spatial, this.#timeline, { snapDistance, extrapolateMs }),
      writer: writerFor(fields, object, place, this.#reporter),
    };
  }
}
