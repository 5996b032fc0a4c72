import type * as Phaser from 'phaser';
import type { Departure } from './mirror-options.ts';

interface Leaving<Obj> {
  object: Obj;
  isOver: () => boolean;
}

/** Objects whose rows are gone and whose animations are not. */
export class Departures<Obj> {
  #leaving: Leaving<Obj>[] = [];

  get count(): number {
    return this.#leaving.length;
  }

  add(object: Obj, departure: Departure): void {
    this.#leaving.push({ object, isOver: 'then' in departure ? settled(departure) : finished(departure) });
  }

  /** Takes out the objects whose animations ended. */
  collect(gone: (object: Obj) => void): void {
    if (this.#leaving.length === 0) return;
    const over = this.#leaving.filter((leaving) => leaving.isOver());
    if (over.length === 0) return;
    this.#leaving = this.#leaving.filter((leaving) => !over.includes(leaving));
    for (const { object } of over) gone(object);
  }

  /** Takes out all of them. */
  *drain(): IterableIterator<Obj> {
    const all = this.#leaving;
    this.#leaving = [];
    for (const { object } of all) yield object;
  }
}

function settled(promise: PromiseLike<unknown>): () => boolean {
  let over = false;
  const end = () => {
    over = true;
  };
  promise.then(end, end); // an animation that failed is over as well
  return () => over;
}

/** Asked once a frame: a killed tween tells no listener. */
function finished(tween: Phaser.Tweens.Tween | Phaser.Tweens.TweenChain): () => boolean {
  return () => tween.isFinished() || tween.isPendingRemove() || tween.isRemoved() || tween.isDestroyed();
}
