/** A claimed slot; give it back with `release`. */
export interface SlotClaim {
  release(): void;
}

/** Claims a name for this tab: undefined when another tab has it. Throws where the page may not. */
export type ClaimSlot = (name: string) => Promise<SlotClaim | undefined>;

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
interface SlotMessage {
  kind: 'claim' | 'taken';
  tab: string;
}

/**
 * By asking the other tabs, where there are no Web Locks (plain http on a local network): whoever has the slot
 * answers, and of two that ask at once the smaller id has it.
 * @param answerMs how long another tab has to answer, in milliseconds
 */
export const claimByChannel =
  (answerMs: number): ClaimSlot =>
  async (name) => {
    const channel = new BroadcastChannel(name);
    const tab = `${Math.random()}`.slice(2);
    let isMine = false;
    let isTaken = false;
    let stopWaiting = (): void => {};
    channel.onmessage = (event: MessageEvent<SlotMessage>) => {
      const { kind, tab: other } = event.data;
      if (kind === 'claim' && (isMine || tab < other))
        channel.postMessage({ kind: 'taken', tab } satisfies SlotMessage);
      else if (!isMine) {
        isTaken = true;
        stopWaiting();
      }
    };
    channel.postMessage({ kind: 'claim', tab } satisfies SlotMessage);
    await new Promise<void>((resolve) => {
      stopWaiting = resolve;
      setTimeout(resolve, answerMs);
    });
    if (isTaken) {
      channel.close();
      return undefined;
    }
    isMine = true;
    return { release: () => channel.close() };
  };
