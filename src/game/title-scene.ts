import * as Phaser from 'phaser';
import type { DbConnection } from '../../bindings/index.ts';
import type { Cockpit } from './cockpit.ts';
import { byId } from './dom.ts';
import { dropNote } from './flight-note.ts';
import type { Sounds } from './sounds.ts';

const NAME_LIMIT = 16; // characters; the module has the last word

/** The way in: a name and a button, over an arena where others play. */
export class TitleScene extends Phaser.Scene {
  readonly #cockpit: Cockpit;
  readonly #sounds: Sounds;
  readonly #root = byId('title', HTMLElement);
  readonly #card = byId('title-card', HTMLFormElement);
  readonly #name = byId('name', HTMLInputElement);
  readonly #play = byId('play', HTMLButtonElement);
  readonly #note = byId('title-note', HTMLElement);
  #problem = '';
  #isNameShown = false;
  /** Who was flying when this tab was reloaded, in hex, until they fly again. */
  #returning: string | undefined;
  #listening!: AbortController;

  /** @param returning who was flying when this tab was reloaded, in hex */
  constructor(cockpit: Cockpit, sounds: Sounds, returning?: string) {
    super('title');
    this.#returning = returning;
    this.#cockpit = cockpit;
    this.#sounds = sounds;
  }

  get connection(): DbConnection {
    return this.#cockpit.session.connection;
  }

  create(): void {
    const listening = new AbortController();
    this.#listening = listening;
    this.#card.addEventListener('submit', (event) => void this.#enter(event), { signal: listening.signal });
    this.#problem = '';
    this.#play.disabled = false;
    if (this.#returning === undefined) this.#show();
    this.events.once(Phaser.Scenes.Events.SHUTDOWN, () => {
      listening.abort();
      this.#root.hidden = true;
      this.#name.blur();
    });
  }

  override update(): void {
    this.connection.frameTick();
    const isOnline = this.#cockpit.session.phase === 'online';
    if (isOnline) this.#flyOn(this.#listening.signal);
    if (isOnline) this.#showName();
    const note = this.#problem || (isOnline ? this.#company() : 'Calling the host…');
    if (this.#note.textContent !== note) this.#note.textContent = note;
    this.#note.classList.toggle('problem', this.#problem !== '');
  }

  #show(): void {
    this.#root.hidden = false;
    if (window.matchMedia('(pointer: fine)').matches) this.#name.focus();
  }

  /** After a reload: nobody wants to be asked again. */
  #flyOn(signal: AbortSignal): void {
    const returning = this.#returning;
    if (returning === undefined) return;
    this.#returning = undefined;
    const isSame = this.connection.identity?.hex === returning;
    const flying = isSame ? this.#cockpit.flyOn() : Promise.resolve(false);
    void flying.then((isIn) => {
      if (signal.aborted) return; // another game of this page reads the note
      dropNote();
      if (isIn) this.scene.start('hud');
      else this.#show();
    });
  }

  /** The name this player had the last time. */
  #showName(): void {
    if (this.#isNameShown) return;
    this.#isNameShown = true;
    const { identity, db } = this.connection;
    const known = identity && db.user.identity.find(identity)?.name;
    if (known && this.#name.value === '') this.#name.value = known;
  }

  #company(): string {
    let people = 0;
    for (const { bot } of this.connection.db.pilot) if (!bot) people++;
    if (people === 0) return 'The arena is yours: only bots are out there.';
    return people === 1 ? 'One pilot is out there.' : `${people} pilots are out there.`;
  }

  async #enter(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#play.disabled || this.#cockpit.session.phase !== 'online') return;
    this.#play.disabled = true;
    this.#sounds.get('click').play();
    const name = [...this.#name.value.trim()].slice(0, NAME_LIMIT).join('');
    this.#name.value = name;
    this.#problem = (await this.#cockpit.enter(name)) ?? '';
    this.#play.disabled = false;
    if (this.#problem === '') this.scene.start('hud');
  }
}
