/** An element of the page by its id. @throws Error when index.html has none of that kind */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`index.html has no ${kind.name} with id "${id}".`);
}

/** Makes an element with a text; whatever the text holds, it is only text. */
export function textElement<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** Runs something again and again, by time and not by frames. @param signal ends it */
export function every(ms: number, run: () => void, signal: AbortSignal): void {
  const timer = setInterval(run, ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/** True while a text field has the keyboard. */
export function isTyping(): boolean {
  return document.activeElement instanceof HTMLInputElement;
}
