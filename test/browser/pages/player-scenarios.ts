import { claimPlayer, type PlayerScope } from '../../../src/phaser/index.ts';

const ANSWER_MS = 2000; // pages of a test share a busy machine

const HERE: PlayerScope = { uri: 'ws://127.0.0.1:3000', database: 'comet-run' };

const scenarios = {
  /** Claims as a game does when it starts: a new player gets a token from the host. */
  play: async (name: string, scope: Partial<PlayerScope> = {}) => {
    const player = await claimPlayer({ ...HERE, ...scope }, { answerMs: ANSWER_MS });
    const had = player.token;
    if (had === undefined) player.save(`token of ${name}`);
    return { slot: player.slot, had, token: player.token, isRemembered: player.isRemembered };
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
