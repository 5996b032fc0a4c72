import type * as Phaser from 'phaser';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Identity, RowSource } from '../../src/client/index.ts';
import { actions, type Mirror, mirrorTable } from '../../src/phaser/index.ts';

interface Ship {
  id: number;
  owner: Identity;
  x: number;
  y: number;
}

interface User {
  identity: Identity;
  name: string;
}

/** What a scene writes; compiled, not run. */
function scene(
  self: Phaser.Scene,
  ships: RowSource<Ship>,
  users: RowSource<User>,
  steer: (args: { x: number; y: number }) => Promise<void>,
): Mirror<Phaser.GameObjects.Text> {
  const plain = mirrorTable(self, ships, {
    create: (ship) => self.add.sprite(ship.x, ship.y, 'ship'),
    pose: (ship) => ({ x: ship.x, y: ship.y }),
    update: (sprite, ship, before) => sprite.setAlpha(ship.x - before.x),
    remove: (sprite, _ship, reason) => {
      if (reason === 'deleted') return self.tweens.add({ targets: sprite, alpha: 0 });
    },
  });
  expectTypeOf(plain).toEqualTypeOf<Mirror<Phaser.GameObjects.Sprite>>();
  plain.get(3)?.play('burn');

  const send = actions(steer, { neutral: { x: 0, y: 0 } });
  // @ts-expect-error y is missing
  send({ x: 1 });

  mirrorTable(self, ships, {
    // @ts-expect-error ships have no name
    create: (ship) => self.add.text(0, 0, ship.name),
  });
  // @ts-expect-error a number is no game object
  mirrorTable(self, ships, { create: (ship) => ship.x });
  mirrorTable(self, ships, {
    create: () => self.add.sprite(0, 0, 'ship'),
    // @ts-expect-error sprites have no text
    update: (sprite, ship) => sprite.setText(String(ship.id)),
  });

  return mirrorTable(self, ships, {
    create: (ship, { user }) => {
      expectTypeOf(user).toEqualTypeOf<User | undefined>();
      return self.add.text(ship.x, ship.y, user?.name ?? '?');
    },
    pose: (ship, { user }) => (user === undefined ? undefined : { x: ship.x, turret: ship.y }),
    place: (text, pose) => text.setPosition(pose.x, pose.turret),
    update: (text, _ship, _before, { user }) => text.setText(user?.name ?? '?'),
    join: { user: { source: users, of: (ship) => ship.owner, by: (user) => user.identity } },
  });
}

describe('types of the Phaser layer', () => {
  it('[M1] [M7] infers rows, objects, joined rows and arguments without a cast', () => {
    expect(scene).toBeTypeOf('function');
  });
});
