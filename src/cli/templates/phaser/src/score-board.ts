import type * as Phaser from 'phaser';
import { isMine, trouble } from './connection';
import type { DbConnection } from './module_bindings';

const STYLE = { fontFamily: 'system-ui, sans-serif', fontSize: '20px', color: '#dfe6ff', lineSpacing: 6 };

/** Who has how many orbs, and how things stand with the host. */
export class ScoreBoard {
  readonly #list: Phaser.GameObjects.Text;
  readonly #note: Phaser.GameObjects.Text;

  constructor(scene: Phaser.Scene) {
    this.#list = scene.add.text(28, 24, '', STYLE).setDepth(10);
    this.#note = scene.add
      .text(640, 690, '', { ...STYLE, fontSize: '18px', align: 'center', wordWrap: { width: 1200 } })
      .setOrigin(0.5, 1)
      .setDepth(10)
      .setAlpha(0.75);
  }

  /** Setting a text to what it is costs nothing. */
  show(connection: DbConnection): void {
    const ships = [...connection.db.ship.iter()].sort((a, b) => b.score - a.score);
    const lines = ships.map(({ id, score }) => {
      const name = isMine(connection, id) ? 'you' : `pilot ${id.toHexString().slice(0, 4)}`;
      return `${String(score).padStart(3)}  ${name}`;
    });
    this.#list.setText(lines);
    const isHere = ships.some(({ id }) => isMine(connection, id));
    this.#note.setText(
      !connection.isActive
        ? `${trouble} Reload to try again.`
        : isHere
          ? 'Arrow keys, WASD, mouse or finger: gather the light. A second tab is a second player.'
          : 'Connecting ...',
    );
  }
}
