import { claimPlayer, type PlayerScope } from '../../../src/phaser/index.ts';

const ANSWER_MS = 1000; // pages of a test share a busy machine

const SHORT_MS = 400; // much less than a page of these tests may be busy for

function keepBusy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

const HERE: PlayerScope = { uri: 'ws://127.0.0.1:3000', database: 'comet-run' };

const scenarios = {
  /** Claims as a game does when it starts: a new player gets a token from the host. */
  play: async (name: string, scope: Partial<PlayerScope> = {}) => {
    const player = await claimPlayer({ ...HERE, ...scope }, { answerMs: ANSWER_MS });
    const had = player.token;
    if (had === undefined) player.save(`token of ${name}`);
    return { slot: player.slot, had, token: player.token, isRemembered: player.isRemembered };
  },

  /**
   * Claims while the page is too busy to hear anybody, as a game is that starts.
   * @param at when to claim, of Date.now(): other tabs do so at the same moment
   */
  playAt: async (name: string, at: number, busyMs: number, game: string) => {
    await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
    const claimed = claimPlayer({ ...HERE, game }, { answerMs: SHORT_MS });
    keepBusy(busyMs);
    const player = await claimed;
    if (player.token === undefined) player.save(`token of ${name}`);
    return { slot: player.slot, token: player.token };
  },

  /** Hears nobody for a while, and says so first. */
  work: (ms: number) => {
    localStorage.setItem('working', 'yes');
    keepBusy(ms);
  },

  playAsNew: async () => {
    const player = await claimPlayer(HERE);
    player.forget();
    return { slot: player.slot, token: player.token };
  },

  twice: async () => {
    const [a, b] = await Promise.all([claimPlayer(HERE), claimPlayer(HERE)]);
    a.release();
    const c = await claimPlayer(HERE);
    return { isOne: a === b, isAnother: c !== a, slot: c.slot };
  },

  badUri: async () => {
    try {
      await claimPlayer({ ...HERE, uri: 'mailto:host' });
      return '';
    } catch (error) {
      return (error as { code: string }).code;
    }
  },

  duplicate: () => {
    window.open(location.href); // copies the session storage, as duplicating a tab does
  },
};

export type PlayerScenarios = typeof scenarios;
Object.assign(window, { scenarios });
