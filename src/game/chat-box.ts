import { SenderError } from 'spacetick';
import type { DbConnection } from '../../bindings/index.ts';
import type { Message } from '../../bindings/types.ts';
import { byId, textElement } from './dom.ts';
import { nameOf } from './pilots.ts';

const SHOWN = 6;
const FADE_MS = 12_000; // unread long enough: it leaves the view free
const NOTE_MS = 3000;

/** The last things said, and a line to say something. */
export class ChatBox {
  readonly #box = byId('chat', HTMLElement);
  readonly #log = byId('chat-log', HTMLUListElement);
  readonly #form = byId('chat-form', HTMLFormElement);
  readonly #input = byId('chat-input', HTMLInputElement);
  readonly #note = byId('chat-note', HTMLElement);
  readonly #connection: () => DbConnection;
  #noteTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param signal ends the listening. @param connection the one to speak on */
  constructor(connection: () => DbConnection, signal: AbortSignal) {
    this.#connection = connection;
    this.#form.addEventListener('submit', (event) => this.#submit(event), { signal });
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

  show({ db, identity }: DbConnection): void {
    const messages = [...db.message].sort((a, b) => compare(a.sent.microsSinceUnixEpoch, b.sent.microsSinceUnixEpoch));
    const lines = messages.slice(-SHOWN).map((message) => {
      const name = db.user.identity.find(message.sender)?.name;
      return line(message, nameOf(name, message.sender), identity?.isEqual(message.sender) ?? false);
    });
    this.#log.replaceChildren(...lines);
  }

  /** Lets lines fade that have been there for long. @param now microseconds since the epoch, of the host if possible */
  fade(now: number): void {
    for (const item of this.#log.children) {
      if (item instanceof HTMLElement) item.classList.toggle('old', now - Number(item.dataset.sent) > FADE_MS * 1000);
    }
  }

  #submit(event: Event): void {
    event.preventDefault();
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

function line(message: Message, name: string, isMine: boolean): HTMLLIElement {
  const item = document.createElement('li');
  const author = document.createElement('b');
  author.append(textElement('bdi', name));
  author.classList.toggle('me', isMine);
  item.append(author, textElement('bdi', message.text));
  item.dataset.sent = String(message.sent.microsSinceUnixEpoch);
  return item;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
