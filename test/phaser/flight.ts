import type { MotionLimits } from '../../src/phaser/pose-motion.ts';
import { PoseMotion } from '../../src/phaser/pose-motion.ts';
import { Timeline } from '../../src/phaser/timeline.ts';
import { contextOf } from './row-table.ts';

/** A sample on its way: when the host committed it, when it arrives, and what it says. */
export interface Sample {
  /** Host milliseconds; undefined where the wire carries none. */
  at: number | undefined;
  arrivedAt: number;
  pose: number[];
}

/** What was drawn at a moment of the page's clock. */
export interface Drawn {
  now: number;
  pose: number[];
}

export const HOST_EPOCH = 1_700_000_000_000; // host clocks are far from the page's

/** One row in motion under a clock turned by hand. */
export class Flight {
  now = 0;
  readonly timeline: Timeline;
  readonly motion: PoseMotion<string>;
  readonly slot: number;

  constructor(options: { first: number[]; turns?: number[]; limits?: Partial<MotionLimits>; delayMs?: number }) {
    const { first, turns = first.map(() => 0), limits, delayMs } = options;
    this.timeline = new Timeline({ clock: () => this.now, ...(delayMs === undefined ? {} : { delayMs }) });
    this.motion = new PoseMotion(Float64Array.from(turns), first.length > 1, this.timeline, {
      snapDistance: 300,
      extrapolateMs: 100,
      ...limits,
    });
    this.motion.input.set(first);
    this.slot = this.motion.add('ship', Number.NEGATIVE_INFINITY);
  }

  push({ at, arrivedAt, pose }: Sample, slot = this.slot): void {
    const time = this.timeline.timeOf(contextOf({ ...(at === undefined ? {} : { at }), arrivedAt }));
    this.motion.input.set(pose);
    this.motion.push(slot, time);
  }

  /** Takes in samples as they arrive and draws at every frame. */
  fly(samples: Sample[], fps: number, until: number): Drawn[] {
    const drawn: Drawn[] = [];
    let next = 0;
    for (let frame = 0; frame * (1000 / fps) <= until; frame++) {
      this.now = frame * (1000 / fps);
      while (next < samples.length && samples[next]!.arrivedAt <= this.now) this.push(samples[next++]!);
      drawn.push({ now: this.now, pose: this.draw() });
    }
    return drawn;
  }

  draw(slot = this.slot): number[] {
    this.motion.advance(this.now);
    const { lines, time, input } = this.motion;
    return Array.from(input, (_, f) => {
      const at = (this.motion.cell(slot) * input.length + f) * 2;
      return lines[at]! + lines[at + 1]! * time;
    });
  }
}

/** Samples of a path at a steady step. `late` says how late the n-th arrives. */
export function samplesOf(
  path: (millis: number) => number[],
  { step = 50, count = 40, late = () => 30 }: { step?: number; count?: number; late?: (n: number) => number } = {},
): Sample[] {
  return Array.from({ length: count }, (_, n) => ({
    at: HOST_EPOCH + n * step,
    arrivedAt: n * step + late(n),
    pose: path(n * step),
  }));
}
