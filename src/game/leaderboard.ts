import type { Pilot } from '../../bindings/types.ts';
import { byId, textElement } from './dom.ts';
import { css, shipTint } from './palette.ts';
import { nameOf } from './pilots.ts';

const SHOWN = 8;
const SHOWN_SMALL = 4; // on a phone
const SMALL = '(max-width: 620px), (max-height: 460px)'; // as in style.css

/** Who has most points, and where we stand. */
export class Leaderboard {
  readonly #list = byId('leaderboard', HTMLOListElement);

  /** @param ranked best first. @param mine ship number of our pilot */
  show(ranked: readonly Pilot[], mine: number | undefined): void {
    const shown = window.matchMedia(SMALL).matches ? SHOWN_SMALL : SHOWN;
    const rows = ranked.slice(0, shown).map((pilot, at) => row(pilot, at, pilot.shipId === mine));
    const own = ranked.findIndex(({ shipId }) => shipId === mine);
    if (own >= shown) {
      const apart = row(ranked[own]!, own, true);
      apart.classList.add('apart');
      rows.push(apart);
    }
    this.#list.replaceChildren(...rows);
  }
}

function row(pilot: Pilot, at: number, isMine: boolean): HTMLLIElement {
  const item = document.createElement('li');
  const name = textElement('bdi', nameOf(pilot.name, pilot.owner));
  const dot = document.createElement('i');
  dot.style.background = css(shipTint(pilot.tint));
  item.append(textElement('span', String(at + 1)), dot, name, textElement('b', String(pilot.score)));
  item.classList.toggle('me', isMine);
  return item;
}
