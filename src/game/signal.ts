import type { Phase } from './session.ts';

const FAIR_MS = 120; // longer than the two steps that everything is drawn late anyway: it begins to be felt
const POOR_MS = 300; // orbs are gone when we get there

/** What the dot in the corner says: a class of style.css. */
export type Signal = Phase | 'fair' | 'poor';

/** @param ping milliseconds; undefined before the first measure */
export function signalOf(phase: Phase, ping: number | undefined): Signal {
  if (phase !== 'online' || ping === undefined || ping < FAIR_MS) return phase;
  return ping < POOR_MS ? 'fair' : 'poor';
}

/** @param ping milliseconds */
export function pingText(ping: number): string {
  return ping < 1000 ? `${Math.round(ping)} ms` : `${(ping / 1000).toFixed(1)} s`;
}
