import { Howler } from 'howler';
import { soundSwitch } from 'spacetick/phaser';
import soundOff from '../../assets/images/icon-sound-off.png';
import soundOn from '../../assets/images/icon-sound-on.png';
import { byId, isTyping } from './dom.ts';
import type { Phase } from './session.ts';
import { pingText, signalOf } from './signal.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  connecting: 'connecting',
  online: 'online',
  lost: 'connection lost',
  refused: 'not connected',
};

/** Sound switch and state of the connection; there on every screen. */
export class Corner {
  readonly #mute = byId('mute', HTMLButtonElement);
  readonly #signal = byId('signal', HTMLElement);
  readonly #text = this.#signal.querySelector('b')!;
  readonly #switch = soundSwitch(Howler);

  /** @param signal ends the listening */
  constructor(signal: AbortSignal) {
    byId('corner', HTMLElement).hidden = false;
    const click = () => {
      this.#toggle();
      this.#mute.blur(); // or the space bar would press it again
    };
    const keydown = (event: KeyboardEvent) => {
      if (event.code === 'KeyM' && !event.repeat && !isTyping() && !event.ctrlKey && !event.metaKey) this.#toggle();
    };
    this.#mute.addEventListener('click', click, { signal });
    window.addEventListener('keydown', keydown, { signal });
    this.#show();
  }

  /** @param ping milliseconds */
  tell(phase: Phase, ping: number | undefined): void {
    const text = phase === 'online' && ping !== undefined ? pingText(ping) : PHASES[phase];
    const look = `panel ${signalOf(phase, ping)}`;
    if (this.#text.textContent !== text) this.#text.textContent = text;
    if (this.#signal.className !== look) this.#signal.className = look;
  }

  #toggle(): void {
    this.#switch.muted = !this.#switch.muted;
    this.#show();
  }

  #show(): void {
    const { muted } = this.#switch;
    this.#mute.style.backgroundImage = `url("${muted ? soundOff : soundOn}")`;
    this.#mute.setAttribute('aria-pressed', String(muted));
    this.#mute.title = muted ? 'Sound on (M)' : 'Sound off (M)';
  }
}
