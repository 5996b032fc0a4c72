import { byId } from './dom.ts';

const REACH_PX = 52; // CSS pixels a thumb moves for full thrust

/** The stick that appears under a thumb. Positions in CSS pixels of the page. */
export class Stick {
  readonly #ring = byId('stick', HTMLDivElement);
  readonly #knob = this.#ring.querySelector('i')!;
  #x = 0;
  #y = 0;

  grab(x: number, y: number): void {
    this.#x = x;
    this.#y = y;
    this.#ring.style.left = `${x}px`;
    this.#ring.style.top = `${y}px`;
    this.#ring.hidden = false;
    this.#knob.style.transform = '';
  }

  /** @returns how far it is pushed: a vector of length 0 to 1 */
  pull(x: number, y: number): { x: number; y: number } {
    const dx = x - this.#x;
    const dy = y - this.#y;
    const length = Math.max(REACH_PX, Math.hypot(dx, dy));
    const pushed = { x: dx / length, y: dy / length };
    this.#knob.style.transform = `translate(${pushed.x * REACH_PX}px, ${pushed.y * REACH_PX}px)`;
    return pushed;
  }

  release(): void {
    this.#ring.hidden = true;
  }
}
