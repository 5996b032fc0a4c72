import { byId, every } from './dom.ts';
import { usualPage } from './host-address.ts';
import type { Session } from './session.ts';

const PATIENCE_MS = 1200; // a first connection takes a moment; nobody needs to be told of it

/** What is wrong with the connection, and what can be done. */
export class Banner {
  readonly #session: Session;
  readonly #root = byId('banner', HTMLElement);
  readonly #title = byId('banner-title', HTMLElement);
  readonly #text = byId('banner-text', HTMLElement);
  readonly #action = byId('banner-action', HTMLButtonElement);
  /** What lies under it, and must not be typed into. */
  readonly #covered = [byId('title', HTMLElement), byId('hud', HTMLElement)];
  #since = performance.now();
  #hadProblem = false;

  /** @param signal ends it */
  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    session.onChange(() => this.#changed());
    const click = () => {
      if (session.isUnknown) session.playAsNew();
      else if (session.phase !== 'connecting') session.retry(); // else it is being tried already
      this.#action.blur();
    };
    this.#action.addEventListener('click', click, { signal });
    showWayOut();
    // By time, not by frames: the page may be in trouble because there are none.
    every(250, () => this.#show(), signal);
    signal.addEventListener('abort', () => this.#cover(false));
  }

  #changed(): void {
    const { phase } = this.#session;
    if (phase === 'connecting') this.#since = performance.now();
    if (phase === 'online') this.#hadProblem = false;
    if (phase === 'lost' || phase === 'refused') this.#hadProblem = true;
    this.#show();
  }

  #show(): void {
    const { phase, problem, isUnknown, retryAt } = this.#session;
    const now = performance.now();
    const isSlow = phase === 'connecting' && (this.#hadProblem || now - this.#since > PATIENCE_MS);
    const isShown = phase !== 'online' && (phase !== 'connecting' || isSlow);
    if (this.#root.hidden === isShown) this.#cover(isShown);
    if (!isShown) return;
    const isFirst = phase === 'connecting' && !this.#hadProblem;
    this.#action.hidden = isFirst;
    if (isFirst) {
      this.#say('Connecting', `Calling the host at ${this.#session.address.uri}`, '');
    } else if (phase === 'connecting') {
      this.#sayText(`${problem} Trying now…`); // under the same headline: each try is over in a moment
    } else if (phase === 'lost') {
      const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
      this.#say(
        this.#session.obstacle === 'no database' ? 'No arena here' : 'Out of contact',
        `${problem} Trying again in ${seconds} s.`,
        'Try now',
      );
    } else if (isUnknown) {
      this.#say('Who are you?', problem, 'Play as new');
    } else {
      this.#say('No arena here', problem, 'Try again');
    }
  }

  #cover(isShown: boolean): void {
    this.#root.hidden = !isShown;
    for (const layer of this.#covered) layer.inert = isShown;
  }

  #say(title: string, text: string, action: string): void {
    if (this.#title.textContent !== title) this.#title.textContent = title;
    if (this.#action.textContent !== action) this.#action.textContent = action;
    this.#sayText(text);
  }

  #sayText(text: string): void {
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }
}

/** Instead of any game: what stands in its way, and what can be done about it. */
export function showFailure(problem: string): void {
  byId('banner-title', HTMLElement).textContent = 'No arena here';
  byId('banner-text', HTMLElement).textContent = problem;
  const action = byId('banner-action', HTMLButtonElement);
  action.textContent = 'Try again';
  action.addEventListener('click', () => location.reload());
  showWayOut();
  byId('banner', HTMLElement).hidden = false;
}

/** An address that names a host or a database may be wrong: the page without it is a click away. */
function showWayOut(): void {
  const usual = usualPage(new URL(location.href));
  const link = byId('banner-way-out', HTMLAnchorElement);
  link.hidden = usual === undefined;
  if (usual !== undefined) link.href = usual;
}
