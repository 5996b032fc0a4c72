/** Where a row should be drawn: numeric fields by the names of the object's properties, all smoothed. */
export type Pose = Readonly<Record<string, number>>;

const DEGREES = 360;

/** What a full turn is for the fields that Phaser's objects turn by. */
const TURNS: Readonly<Record<string, number>> = { rotation: 2 * Math.PI, angle: DEGREES };

/** Which fields a mirror's poses have, in the order they are kept in. */
export class PoseFields {
  readonly names: readonly string[];
  /** Per field: a full turn, or 0. */
  readonly turns: Float64Array;
  /** The first two fields are x and y. */
  readonly spatial: boolean;

  /** @param turns full turns of fields besides `rotation` and `angle` */
  constructor(pose: Pose, turns: Readonly<Record<string, number>> = {}) {
    const rest = Object.keys(pose).filter((name) => name !== 'x' && name !== 'y');
    const place = ['x', 'y'].filter((name) => name in pose);
    this.names = [...place, ...rest];
    this.turns = Float64Array.from(this.names, (name) => turns[name] ?? TURNS[name] ?? 0);
    this.spatial = place.length === 2;
  }

  /** Writes a pose's fields into `target`, NaN for those it has not. */
  read(pose: Pose, target: Float64Array): void {
    const { names } = this;
    for (let f = 0; f < names.length; f++) {
      const value = pose[names[f]!];
      target[f] = value === undefined ? Number.NaN : value;
    }
  }
}
