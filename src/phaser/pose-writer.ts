import type { Pose, PoseFields } from './pose-fields.ts';
import type { PoseMotion } from './pose-motion.ts';
import type { Reporter } from './reporter.ts';

/** Writes poses onto objects: field f of a slot is drawn at `a + b * time` of its line. */
export interface PoseWriter<Obj> {
  one(object: Obj, motion: PoseMotion, slot: number): void;
  /** All that move; `objects` holds the object of each slot. A hot path: once a frame. */
  all(objects: readonly (Obj | undefined)[], motion: PoseMotion): void;
}

/** Objects that are somewhere: what Phaser's sprites, images, texts and containers are. */
interface Placed {
  x: number;
  y: number;
  rotation: number;
}

/** The writer for these fields: straight assignments for the common ones. */
export function writerFor<Obj extends object>(
  fields: PoseFields,
  sample: Obj,
  place: ((object: Obj, pose: Pose) => void) | undefined,
  reporter: Reporter,
): PoseWriter<Obj> {
  if (place !== undefined) return new CustomWriter(fields.names, place, reporter);
  for (const name of fields.names) {
    if (name in sample) continue;
    const kind = sample.constructor.name;
    reporter.tell(
      `field ${name}`,
      `\`pose\` gives \`${name}\`, which a ${kind} does not have. Name a property of the object, or write the pose ` +
        'yourself with `place`.',
    );
  }
  const list = fields.names.join();
  // The names were looked for on the object above: these writers assign to properties that are there.
  if (list === 'x,y') return XY as unknown as PoseWriter<Obj>;
  if (list === 'x,y,rotation') return XY_ROTATION as unknown as PoseWriter<Obj>;
  return new NamedWriter(fields.names) as unknown as PoseWriter<Obj>;
}

const XY: PoseWriter<Placed> = {
  one(object, { lines, cursors, time }, slot) {
    const at = cursors[slot]!;
    object.x = lines[at]! + lines[at + 1]! * time;
    object.y = lines[at + 2]! + lines[at + 3]! * time;
  },
  all(objects, { lines, cursors, time, moving, count }) {
    for (let m = 0; m < count; m++) {
      const slot = moving[m]!;
      const object = objects[slot]!;
      const at = cursors[slot]!;
      object.x = lines[at]! + lines[at + 1]! * time;
      object.y = lines[at + 2]! + lines[at + 3]! * time;
    }
  },
};

const XY_ROTATION: PoseWriter<Placed> = {
  one(object, { lines, cursors, time }, slot) {
    const at = cursors[slot]!;
    object.x = lines[at]! + lines[at + 1]! * time;
    object.y = lines[at + 2]! + lines[at + 3]! * time;
    object.rotation = lines[at + 4]! + lines[at + 5]! * time;
  },
  all(objects, { lines, cursors, time, moving, count }) {
    for (let m = 0; m < count; m++) {
      const slot = moving[m]!;
      const object = objects[slot]!;
      const at = cursors[slot]!;
      object.x = lines[at]! + lines[at + 1]! * time;
      object.y = lines[at + 2]! + lines[at + 3]! * time;
      object.rotation = lines[at + 4]! + lines[at + 5]! * time;
    }
  },
};

class NamedWriter implements PoseWriter<Record<string, number>> {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  one(object: Record<string, number>, { lines, cursors, time }: PoseMotion, slot: number): void {
    const names = this.#names;
    for (let f = 0; f < names.length; f++) {
      const at = cursors[slot]! + f * 2;
      object[names[f]!] = lines[at]! + lines[at + 1]! * time;
    }
  }

  all(objects: readonly (Record<string, number> | undefined)[], motion: PoseMotion): void {
    for (let m = 0; m < motion.count; m++) this.one(objects[motion.moving[m]!]!, motion, motion.moving[m]!);
  }
}

/** Hands one reused pose to the user's `place`. */
class CustomWriter<Obj> implements PoseWriter<Obj> {
  readonly #named: NamedWriter;
  readonly #place: (object: Obj, pose: Pose) => void;
  readonly #reporter: Reporter;
  readonly #pose: Record<string, number> = {};

  constructor(names: readonly string[], place: (object: Obj, pose: Pose) => void, reporter: Reporter) {
    this.#named = new NamedWriter(names);
    this.#place = place;
    this.#reporter = reporter;
  }

  one(object: Obj, motion: PoseMotion, slot: number): void {
    this.#named.one(this.#pose, motion, slot);
    try {
      this.#place(object, this.#pose);
    } catch (error) {
      this.#reporter.report('place', error);
    }
  }

  all(objects: readonly (Obj | undefined)[], motion: PoseMotion): void {
    for (let m = 0; m < motion.count; m++) this.one(objects[motion.moving[m]!]!, motion, motion.moving[m]!);
  }
}
