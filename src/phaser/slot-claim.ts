import { keepValue, keptValue } from './kept-value.ts';

/** A claimed slot; give it back with `release`. */
export interface SlotClaim {
  release(): void;
}

/**
 * Claims a name for this tab: undefined when another tab has it. Throws where the page may not.
 * @param isHome whether it was this tab's before it was loaded again: others that ask at once come second
 */
export type ClaimSlot = (name: string, isHome: boolean) => Promise<SlotClaim | undefined>;

/** By Web Lock: the browser gives it back when the tab goes, however it goes. */
export const claimByLock: ClaimSlot = (name) =>
  new Promise((resolve, reject) => {
    const held = (lock: Lock | null) => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => resolve({ release }));
    };
    navigator.locks.request(name, { ifAvailable: true }, held).catch(reject);
  });

/** What tabs say to each other about a slot. */
type SlotMessage =
  | { readonly kind: 'claim'; readonly tab: string }
  /** An answer to the claim of `to`, which others hear too. */
  | { readonly kind: 'taken'; readonly to: string };

const HELD_MS = 3000; // a game that starts keeps its tab busy for no longer
const STEPS = 2; // what came while this tab itself was busy is heard between the two

/**
 * By asking the other tabs, where there are no Web Locks (plain http on a local network): whoever has the slot
 * answers, and of several that ask at once the smallest id has it. Whoever has it also leaves a mark in the storage, for
 * when they are too busy to answer.
 * @param answerMs how long another tab has to answer, in milliseconds
 */
export const claimByChannel =
  (answerMs: number): ClaimSlot =>
  async (name, isHome) => {
    const channel = new BroadcastChannel(name);
    const mark = `${name}/held`;
    const tab = `${isHome ? 0 : 1}${Math.random()}`;
    let isMine = false;
    let isTaken = false;
    let stopWaiting = (): void => {};
    const say = (message: SlotMessage): void => channel.postMessage(message);
    const lose = (): void => {
      isTaken = true;
      stopWaiting();
    };
    channel.onmessage = ({ data }: MessageEvent<SlotMessage>) => {
      if (data.kind === 'taken') {
        if (data.to === tab && !isMine) lose();
      } else if (isMine || tab < data.tab) say({ kind: 'taken', to: data.tab });
      else lose();
    };
    const wait = async (ms: number): Promise<void> => {
      for (let step = 0; step < STEPS && !isTaken; step++) {
        await new Promise<void>((resolve) => {
          stopWaiting = resolve;
          setTimeout(resolve, ms / STEPS);
        });
      }
    };
    say({ kind: 'claim', tab });
    await wait(answerMs);
    if (keptValue('localStorage', mark) !== undefined) await wait(HELD_MS); // or its tab ended without a word
    if (isTaken) {
      channel.close();
      return undefined;
    }
    isMine = true;
    keepValue('localStorage', mark, tab);
    const unmark = (): void => {
      if (keptValue('localStorage', mark) === tab) keepValue('localStorage', mark, undefined);
    };
    addEventListener('pagehide', unmark);
    return {
      release: () => {
        removeEventListener('pagehide', unmark);
        unmark();
        channel.close();
      },
    };
  };
