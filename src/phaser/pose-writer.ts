import type { Pose, PoseFields } from './pose-fields.ts';
import type { PoseMotion } from './pose-motion.ts';
import type { Reporter } from './reporter.ts';

/** Writes poses onto objects: field f of a slot is drawn at `a + b * time` of its line. */
export interface PoseWriter<Obj> {
  one(object: Obj, motion: PoseMotion<Obj>, slot: number): void;
  /** All that move. A hot path: once a frame. */
  all(motion: PoseMotion<Obj>): void;
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
  one(object, motion, slot) {
    const { lines, time } = motion;
    const at = motion.cell(slot) * 4;
    object.x = lines[at]! + lines[at + 1]! * time;
    object.y = lines[at + 2]! + lines[at + 3]! * time;
  },
  all({ movers: { things, cells }, lines, time }) {
    const count = things.length;
    for (let m = 0; m < count; m++) {
      const object = things[m]!;
      const at = cells[m]! * 4;
      object.x = lines[at]! + lines[at + 1]! * time;
      object.y = lines[at + 2]! + lines[at + 3]! * time;
    }
  },
};

const XY_ROTATION: PoseWriter<Placed> = {
  one(object, motion, slot) {
    const { lines, time } = motion;
    const at = motion.cell(slot) * 6;
    object.x = lines[at]! + lines[at + 1]! * time;
    object.y = lines[at + 2]! + lines[at + 3]! * time;
    object.rotation = lines[at + 4]! + lines[at + 5]! * time;
  },
  all({ movers: { things, cells }, lines, time }) {
    const count = things.length;
    for (let m = 0; m < count; m++) {
      const object = things[m]!;
      const at = cells[m]! * 6;
      object.x = lines[at]! + lines[at + 1]! * time;
      object.y = lines[at + 2]! + lines[at + 3]! * time;
      object.rotation = lines[at + 4]! + lines[at + 5]! * time;
    }
  },
};

/** Assigns fields by their names. */
class NamedWriter implements PoseWriter<Record<string, number>> {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  one(object: Record<string, number>, motion: PoseMotion<Record<string, number>>, slot: number): void {
    assign(object, this.#names, motion, motion.cell(slot));
  }

  all(motion: PoseMotion<Record<string, number>>): void {
    for (let m = 0; m < motion.movers.things.length; m++) {
      assign(motion.movers.things[m]!, this.#names, motion, motion.movers.cells[m]!);
    }
  }
}

/** Hands one reused pose to the user's `place`. */
class CustomWriter<Obj> implements PoseWriter<Obj> {
  readonly #names: readonly string[];
  readonly #place: (object: Obj, pose: Pose) => void;
  readonly #reporter: Reporter;
  readonly #pose: Record<string, number> = {};

  constructor(names: readonly string[], place: (object: Obj, pose: Pose) => void, reporter: Reporter) {
    this.#names = names;
    this.#place = place;
    this.#reporter = reporter;
  }

  one(object: Obj, motion: PoseMotion<Obj>, slot: number): void {
    this.#hand(object, motion, motion.cell(slot));
  }

  all(motion: PoseMotion<Obj>): void {
    for (let m = 0; m < motion.movers.things.length; m++)
      this.#hand(motion.movers.things[m]!, motion, motion.movers.cells[m]!);
  }

  #hand(object: Obj, motion: PoseMotion<Obj>, cell: number): void {
    assign(this.#pose, this.#names, motion, cell);
    try {
      this.#place(object, this.#pose);
    } catch (error) {
      this.#reporter.report('place', error);
    }
  }
}

function assign<Obj>(
  target: Record<string, number>,
  names: readonly string[],
  { lines, time }: PoseMotion<Obj>,
  cell: number,
): void {
  for (let f = 0; f < names.length; f++) {
    const at = (cell * names.length + f) * 2;
    target[names[f]!] = lines[at]! + lines[at + 1]! * time;
  }
}
