import { byId } from './dom.ts';

/** Our points, our rank, and how soon we may dash. */
export class ScoreCard {
  readonly #points = byId('points', HTMLElement);
  readonly #rank = byId('rank', HTMLElement);
  readonly #gauge = byId('dash-gauge', HTMLElement);
  #score = 0;

  show(score: number, rank: number, of: number): void {
    this.#rank.textContent = rank > 0 ? `#${rank} of ${of}` : '';
    if (score === this.#score) return;
    this.#points.textContent = String(score);
    this.#points.classList.remove('up');
    if (score > this.#score) {
      void this.#points.offsetWidth; // starts the animation anew
      this.#points.classList.add('up');
    }
    this.#score = score;
  }

  /** @param share of the cooldown that has passed, 0 to 1 */
  showDash(share: number): void {
    this.#gauge.style.transform = `scaleX(${share})`;
    this.#gauge.classList.toggle('ready', share >= 1);
  }
}
