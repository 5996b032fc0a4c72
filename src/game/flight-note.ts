const KEY = 'comet-run/flight';
const VALID_MS = 60_000; // a slow reload is over by then; a tab restored tomorrow begins at the title

/** What a tab leaves for itself when its page goes: a reload flies on without asking. */
interface Note {
  /** Whoever it is for, in hex: a duplicated tab is somebody else. */
  readonly identity: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Leaves word that this player is flying. */
export function leaveNote(identity: string): void {
  const note: Note = { identity, until: Date.now() + VALID_MS };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(note));
  } catch {
    // Storage is blocked: the reload begins at the title.
  }
}

/** @returns who was flying, in hex; undefined when nobody was, or too long ago */
export function readNote(): string | undefined {
  try {
    const note = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Note> | null;
    return Date.now() < Number(note?.until) ? note?.identity : undefined;
  } catch {
    return undefined;
  }
}

/** Not before they fly again: a page may be reloaded twice. */
export function dropNote(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There was none.
  }
}
