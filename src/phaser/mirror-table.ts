import type * as Phaser from 'phaser';
import type { RowSource } from '../client/index.ts';
import type { Join, Mirror, MirrorOptions } from './mirror-options.ts';
import type { Pose } from './pose-fields.ts';
import { requireRows } from './row-source-check.ts';
import { requireSystems } from './scene-systems.ts';
import { TableMirror } from './table-mirror.ts';

/**
 * Shows a table in a scene: a row that comes in is an object on screen, a row that goes takes its object along, a row
 * that changes moves it smoothly. Rows already there are shown at once; an object exists before `onInsert` listeners
 * run. Ends with the scene: call it again in the next `create()`.
 *
 *     const ships = mirrorTable(this, conn.db.ship, {
 *       create: (ship) => this.add.sprite(ship.x, ship.y, 'ship'),
 *       pose: (ship) => ({ x: ship.x, y: ship.y, rotation: ship.heading }),
 *     });
 *
 * Poses are written on the scene's `postupdate`, after `update()`. What a callback throws is reported once on the
 * console, and the other rows go on.
 *
 * @throws SpacetickError `E_SCENE` when the scene was never started, `E_ROW_SOURCE` for no table, `E_MIRROR_KEY` for a table without a primary key
 *   and without `key`
 */
export function mirrorTable<
  Row,
  Obj extends Phaser.GameObjects.GameObject,
  Fields extends Pose = Pose,
  Joins = Record<never, never>,
>(scene: Phaser.Scene, source: RowSource<Row>, options: MirrorOptions<Row, Obj, Fields, Joins>): Mirror<Obj> {
  const systems = requireSystems(scene, 'mirrorTable');
  const { tableName } = requireRows(source, 'mirrorTable');
  const joins = (options.join ?? {}) as Readonly<Record<string, Join<Row, unknown>>>;
  for (const [name, join] of Object.entries(joins)) requireRows(join.source, `mirrorTable(${tableName}): join.${name}`);
  return new TableMirror(systems, source, options);
}
