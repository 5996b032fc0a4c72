import { SenderError } from 'spacetick';
import type { DbConnection } from '../../bindings/index.ts';
import type { Message } from '../../bindings/types.ts';
import { byId, textElement } from './dom.ts';
import { css, shipTint } from './palette.ts';
import { nameOf } from './pilots.ts';

const SHOWN = 6;
const FADE_MS = 12_000; // unread long enough: it leaves the view free
const NOTE_MS = 3000;

/** The last things said, and a line to say something. */
export class ChatBox {
  readonly #box = byId('chat', HTMLElement);
  readonly #log = byId('chat-log', HTMLUListElement);
  readonly #form = byId('chat-form', HTMLElement);
  readonly #input = byId('chat-input', HTMLInputElement);
  readonly #note = byId('chat-note', HTMLElement);
  readonly #connection: () => DbConnection;
  /** When each line was first shown, by when it was sent: milliseconds of `performance.now()`. */
  #seen = new Map<bigint, number>();
  /** Colour of the ship that somebody flies or flew last, by identity. */
  readonly #colors = new Map<string, string>();
  #noteTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param signal ends the listening. @param connection the one to speak on */
  constructor(connection: () => DbConnection, signal: AbortSignal) {
    this.#connection = connection;
    this.#input.addEventListener('keydown', (event) => this.#keydown(event), { signal });
    this.#input.addEventListener('blur', () => this.close(), { signal });
  }

  open(): void {
    this.#form.hidden = false;
    this.#box.classList.add('open');
    this.#input.focus();
  }

  close(): void {
    if (this.#form.hidden) return;
    this.#form.hidden = true;
    this.#box.classList.remove('open');
    this.#input.blur();
  }

  show({ db }: DbConnection): void {
    for (const { owner, tint, bot } of db.pilot) if (!bot) this.#colors.set(owner.hex, css(shipTint(tint)));
    const messages = [...db.message].sort((a, b) => compare(a.sent.microsSinceUnixEpoch, b.sent.microsSinceUnixEpoch));
    const shown = messages.slice(-SHOWN);
    const now = performance.now();
    this.#seen = new Map(shown.map(({ sent: { microsSinceUnixEpoch: sent } }) => [sent, this.#seen.get(sent) ?? now]));
    const lines = shown.map((message) => {
      const name = db.user.identity.find(message.sender)?.name;
      return line(message, nameOf(name, message.sender), this.#colors.get(message.sender.hex));
    });
    this.#log.replaceChildren(...lines);
  }

  /** Lets lines fade that have been there for long. */
  fade(): void {
    const now = performance.now();
    let at = 0;
    for (const since of this.#seen.values()) this.#log.children[at++]?.classList.toggle('old', now - since > FADE_MS);
  }

  #submit(): void {
    const text = this.#input.value.trim();
    this.#input.value = '';
    this.close();
    if (text === '') return;
    this.#connection()
      .reducers.sendMessage({ text })
      .catch((error: unknown) => this.#tell(error instanceof SenderError ? error.message : 'That was not sent.'));
  }

  #keydown(event: KeyboardEvent): void {
    event.stopPropagation(); // the ship does not hear what is typed
    if (event.key === 'Escape') this.close();
    if (event.key === 'Enter' && !event.isComposing) this.#submit();
  }

  #tell(note: string): void {
    this.#note.textContent = note;
    this.#note.hidden = false;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = setTimeout(() => {
      this.#note.hidden = true;
    }, NOTE_MS);
  }
}

function line(message: Message, name: string, color = ''): HTMLLIElement {
  const item = document.createElement('li');
  const author = document.createElement('b');
  author.append(textElement('bdi', name));
  author.style.color = color;
  item.append(author, textElement('bdi', message.text));
  return item;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
