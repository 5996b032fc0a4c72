import { keepValue, keptValue } from './kept-value.ts';
import { type ClaimSlot, claimByChannel, claimByLock, type SlotClaim } from './slot-claim.ts';

const MAX_SLOTS = 32; // tabs of one game in one browser; more are players without a number
const RELOAD_TRIES = 20; // a page that unloads may keep its lock for a moment
const RELOAD_WAIT_MS = 50;

/** A player's place in this browser. */
export interface PlayerSlot {
  /** Its number; undefined for a tab that could not coordinate with others and is a player of its own. */
  readonly number: number | undefined;
  release(): void;
}

/**
 * Finds this tab its slot: the one it had, else the first that no other tab has.
 * @param answerMs how long another tab has to answer where there are no Web Locks, in milliseconds
 */
export async function claimSlot(scope: string, answerMs: number): Promise<PlayerSlot> {
  for (const claim of [claimByLock, claimByChannel(answerMs)]) {
    try {
      return await firstFree(scope, claim);
    } catch {
      // this page may not, or the browser has no such thing: the next way
    }
  }
  return { number: undefined, release: () => {} };
}

async function firstFree(scope: string, claim: ClaimSlot): Promise<PlayerSlot> {
  const remembered = rememberedSlot(scope);
  if (remembered !== undefined) {
    const tries = isReload() ? RELOAD_TRIES : 1;
    for (let n = 0; n < tries; n++) {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, RELOAD_WAIT_MS));
      const held = await claim(`${scope}/${remembered}`, isReload());
      if (held !== undefined) return take(scope, remembered, held);
    }
  }
  for (let number = 0; number < MAX_SLOTS; number++) {
    const held = await claim(`${scope}/${number}`, false);
    if (held !== undefined) return take(scope, number, held);
  }
  return { number: undefined, release: () => {} };
}

function take(scope: string, number: number, claim: SlotClaim): PlayerSlot {
  keepValue('sessionStorage', `${scope}/slot`, String(number));
  return { number, release: claim.release };
}

function rememberedSlot(scope: string): number | undefined {
  const text = keptValue('sessionStorage', `${scope}/slot`);
  return text !== undefined && /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}

function isReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation !== undefined && (navigation as PerformanceNavigationTiming).type === 'reload';
}
