import { byId } from './dom.ts';
import type { Session } from './session.ts';

const PATIENCE_MS = 1200; // a first connection takes a moment; nobody needs to be told of it

/** What is wrong with the connection, and what can be done. */
export class Banner {
  readonly #session: Session;
  readonly #root = byId('banner', HTMLElement);
  readonly #title = byId('banner-title', HTMLElement);
  readonly #text = byId('banner-text', HTMLElement);
  readonly #action = byId('banner-action', HTMLButtonElement);
  #since = performance.now();
  #hadProblem = false;

  constructor(session: Session) {
    this.#session = session;
    session.onChange(() => this.#changed());
    this.#action.addEventListener('click', () => {
      if (session.isUnknown) session.playAsNew();
      else session.retry();
      this.#action.blur();
    });
    // By time, not by frames: the page may be in trouble because there are none.
    setInterval(() => this.#show(), 250);
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
    this.#root.hidden = phase === 'online' || (phase === 'connecting' && !isSlow);
    if (this.#root.hidden) return;
    this.#action.hidden = phase === 'connecting';
    if (phase === 'connecting') {
      this.#say('Connecting', `Calling the host at ${this.#session.address.uri}`, '');
    } else if (phase === 'lost') {
      const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
      this.#say('Out of contact', `${problem} Trying again in ${seconds} s.`, 'Try now');
    } else if (isUnknown) {
      this.#say('Who are you?', problem, 'Play as new');
    } else {
      this.#say('No arena here', problem, 'Try again');
    }
  }

  #say(title: string, text: string, action: string): void {
    if (this.#title.textContent !== title) this.#title.textContent = title;
    if (this.#text.textContent !== text) this.#text.textContent = text;
    if (this.#action.textContent !== action) this.#action.textContent = action;
  }
}
