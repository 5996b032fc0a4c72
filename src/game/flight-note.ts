const KEY = 'comet-run/flight';
const VALID_MS = 60_000; // a slow reload is over by then; a tab restored tomorrow begins at the title

/** What a tab keeps for itself: a reload flies on without asking, a host that forgot everybody is told the name again. */
export interface FlightNote {
  /** Whoever it is for, in hex: a duplicated tab is somebody else. */
  readonly identity: string;
  /** The name they chose; empty for none. */
  readonly name: string;
  /** Whether they were flying, not too long ago. */
  readonly isFlying: boolean;
}

/** How it is stored. */
interface Stored {
  readonly identity: string;
  readonly name: string;
  /** Flying until then, in milliseconds since the epoch; 0 when not. */
  readonly until: number;
}

/** Leaves word of this player, in the place of what was left before. */
export function leaveNote({ identity, name, isFlying }: FlightNote): void {
  const stored: Stored = { identity, name, until: isFlying ? Date.now() + VALID_MS : 0 };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(stored));
  } catch {
    // Storage is blocked: the reload begins at the title.
  }
}

/** @returns what this tab left for itself; undefined when that is nothing */
export function readNote(): FlightNote | undefined {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Stored> | null;
    if (typeof stored?.identity !== 'string') return undefined;
    const name = typeof stored.name === 'string' ? stored.name : '';
    return { identity: stored.identity, name, isFlying: Date.now() < Number(stored.until) };
  } catch {
    return undefined;
  }
}
