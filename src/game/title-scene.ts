import * as Phaser from 'phaser';
import type { DbConnection } from '../../bindings/index.ts';
import type { Cockpit } from './cockpit.ts';
import { byId } from './dom.ts';
import { type FlightNote, leaveNote } from './flight-note.ts';
import { fitName } from './name-limit.ts';
import type { Sounds } from './sounds.ts';

/** The way in: a name and a button, over an arena where others play. */
export class TitleScene extends Phaser.Scene {
  readonly #cockpit: Cockpit;
  readonly #sounds: Sounds;
  readonly #root = byId('title', HTMLElement);
  readonly #name = byId('name', HTMLInputElement);
  readonly #play = byId('play', HTMLButtonElement);
  readonly #note = byId('title-note', HTMLElement);
  #problem = '';
  #isNameShown = false;
  /** What this tab left for itself before it was reloaded. */
  readonly #left: FlightNote | undefined;
  /** They were flying then, and do not yet again. */
  #isReturning: boolean;
  #listening!: AbortController;

  /** @param left what this tab left for itself before it was reloaded */
  constructor(cockpit: Cockpit, sounds: Sounds, left?: FlightNote) {
    super('title');
    this.#left = left;
    this.#isReturning = left?.isFlying ?? false;
    this.#cockpit = cockpit;
    this.#sounds = sounds;
  }

  get connection(): DbConnection {
    return this.#cockpit.session.connection;
  }

  create(): void {
    const listening = new AbortController();
    this.#listening = listening;
    const { signal } = listening;
    // No form: a page in a sandboxed frame may not be allowed to submit one.
    this.#play.addEventListener('click', () => void this.#enter(), { signal });
    this.#name.addEventListener('keydown', (event) => this.#keydown(event), { signal });
    this.#name.addEventListener('input', () => this.#fit(), { signal });
    this.#name.addEventListener('compositionend', () => this.#fit(), { signal });
    this.#problem = '';
    this.#play.disabled = false;
    if (!this.#isReturning) this.#show();
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
    const left = this.#left;
    if (left === undefined || !this.#isReturning) return;
    this.#isReturning = false;
    const isSame = this.connection.identity?.hex === left.identity;
    const flying = isSame ? this.#cockpit.flyOn(left.name) : Promise.resolve(false);
    void flying.then((isIn) => {
      if (signal.aborted) return; // another game of this page reads the note
      leaveNote({ ...left, ...this.#cockpit.pilot, isFlying: false }); // not sooner: a page may be reloaded twice
      if (isIn) this.scene.start('hud');
      else this.#show();
    });
  }

  /** The name this player had the last time. */
  #showName(): void {
    if (this.#isNameShown) return;
    this.#isNameShown = true;
    const { identity, db } = this.connection;
    const kept = identity?.hex === this.#left?.identity ? this.#left?.name : undefined;
    const known = (identity && db.user.identity.find(identity)?.name) ?? kept; // the host may have forgotten it
    if (known && this.#name.value === '') this.#name.value = known;
  }

  #company(): string {
    let people = 0;
    for (const { bot } of this.connection.db.pilot) if (!bot) people++;
    if (people === 0) return 'The arena is yours: only bots are out there.';
    return people === 1 ? 'One pilot is out there.' : `${people} pilots are out there.`;
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.isComposing && !event.repeat) void this.#enter();
  }

  /** What the module would not take cannot be typed. */
  #fit(): void {
    const { value, selectionStart } = this.#name;
    const fit = fitName(value);
    if (fit === value) return;
    this.#name.value = fit;
    if (selectionStart !== null && selectionStart < fit.length) {
      this.#name.setSelectionRange(selectionStart, selectionStart);
    }
  }

  async #enter(): Promise<void> {
    if (this.#play.disabled || this.#cockpit.session.phase !== 'online') return;
    this.#play.disabled = true;
    this.#sounds.get('click').play();
    const name = fitName(this.#name.value).trim();
    this.#name.value = name;
    this.#problem = (await this.#cockpit.enter(name)) ?? '';
    this.#play.disabled = false;
    if (this.#problem !== '') return;
    const { pilot } = this.#cockpit;
    if (pilot !== undefined) leaveNote({ ...pilot, isFlying: false });
    this.scene.start('hud');
  }
}
