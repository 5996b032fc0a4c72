import type * as Phaser from 'phaser';

/** Objects out of use, kept inactive and invisible. */
export class ObjectPool<Obj extends Phaser.GameObjects.GameObject> {
  readonly #max: number;
  #objects: Obj[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** An object that was used before, active and visible again; nothing when the pool is empty. */
  take(): Obj | undefined {
    for (let object = this.#objects.pop(); object !== undefined; object = this.#objects.pop()) {
      if (!isAlive(object)) continue;
      show(object, true);
      return object;
    }
    return undefined;
  }

  /** Keeps the object, or destroys it when the pool is full. */
  give(object: Obj): void {
    if (!isAlive(object)) return;
    if (this.#objects.length >= this.#max) {
      object.destroy();
      return;
    }
    show(object, false);
    this.#objects.push(object);
  }

  clear(): void {
    for (const object of this.#objects) object.destroy();
    this.#objects = [];
  }
}

/** Phaser takes the scene away from an object that was destroyed. */
export function isAlive(object: Phaser.GameObjects.GameObject): boolean {
  return (object.scene as Phaser.Scene | undefined) !== undefined;
}

function show(object: Phaser.GameObjects.GameObject, shown: boolean): void {
  object.setActive(shown);
  if ('visible' in object) object.visible = shown;
}
