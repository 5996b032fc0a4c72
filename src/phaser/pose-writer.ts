import type { Pose, PoseFields } from './pose-fields.ts';
import type { Reporter } from './reporter.ts';

/** Writes poses onto objects: `drawn` holds the fields of slot s from `s * fields` on. */
export interface PoseWriter<Obj> {
  one(object: Obj, drawn: Float64Array, slot: number): void;
  /** The first `count` slots of `moving`. A hot path: once a frame for everything that moves. */
  all(objects: readonly (Obj | undefined)[], drawn: Float64Array, moving: Int32Array, count: number): void;
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
  one(object, drawn, slot) {
    object.x = drawn[slot * 2]!;
    object.y = drawn[slot * 2 + 1]!;
  },
  all(objects, drawn, moving, count) {
    for (let m = 0; m < count; m++) {
      const slot = moving[m]!;
      const object = objects[slot]!;
      const at = slot * 2;
      object.x = drawn[at]!;
      object.y = drawn[at + 1]!;
    }
  },
};

const XY_ROTATION: PoseWriter<Placed> = {
  one(object, drawn, slot) {
    object.x = drawn[slot * 3]!;
    object.y = drawn[slot * 3 + 1]!;
    object.rotation = drawn[slot * 3 + 2]!;
  },
  all(objects, drawn, moving, count) {
    for (let m = 0; m < count; m++) {
      const slot = moving[m]!;
      const object = objects[slot]!;
      const at = slot * 3;
      object.x = drawn[at]!;
      object.y = drawn[at + 1]!;
      object.rotation = drawn[at + 2]!;
    }
  },
};

class NamedWriter implements PoseWriter<Record<string, number>> {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  one(object: Record<string, number>, drawn: Float64Array, slot: number): void {
    const names = this.#names;
    const at = slot * names.length;
    for (let f = 0; f < names.length; f++) object[names[f]!] = drawn[at + f]!;
  }

  all(
    objects: readonly (Record<string, number> | undefined)[],
    drawn: Float64Array,
    moving: Int32Array,
    count: number,
  ): void {
    for (let m = 0; m < count; m++) this.one(objects[moving[m]!]!, drawn, moving[m]!);
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

  one(object: Obj, drawn: Float64Array, slot: number): void {
    const names = this.#names;
    const at = slot * names.length;
    for (let f = 0; f < names.length; f++) this.#pose[names[f]!] = drawn[at + f]!;
    try {
      this.#place(object, this.#pose);
    } catch (error) {
      this.#reporter.report('place', error);
    }
  }

  all(objects: readonly (Obj | undefined)[], drawn: Float64Array, moving: Int32Array, count: number): void {
    for (let m = 0; m < count; m++) this.one(objects[moving[m]!]!, drawn, moving[m]!);
  }
}
