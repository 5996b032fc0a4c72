import { describe, expect, it } from 'vitest';
import { ARENA, EMPTY } from './support/arena-module.ts';
import type { Message, Player } from './support/player.ts';
import { TestHost } from './support/test-host.ts';

const LIMIT_MS = 50; // a hundred stops within ten seconds
const TIMED_OUT = new RegExp(`^A reducer did not return within ${LIMIT_MS} ms and was stopped\\.`);

function expectTimeout(answer: Message, requestId: number): void {
  expect(answer).toMatchObject({ type: 'ReducerResult', requestId, status: 'InternalError' });
  expect(answer.error).toMatch(TIMED_OUT);
}

/**
 * An arena whose every stop is timed. On a busy machine a turn that does next to nothing may be held up for longer than
 * the limit, and is rightly stopped: `must` asks again. One that is stopped sooner is not forgiven.
 */
async function timedArena(): Promise<{
  readonly host: TestHost;
  must(player: Player, reducer: string, args?: unknown[]): Promise<Message>;
  /** The shortest time after which a turn was stopped, in milliseconds. */
  shortest(): number;
}> {
  const host = await TestHost.open({ reducerLimitMs: LIMIT_MS });
  const { turns } = host.node;
  const push = turns.push.bind(turns);
  const now = performance.now.bind(performance); // modules have no clock, and their globals are in place until `stopped`
  let shortest = Number.POSITIVE_INFINITY;
  turns.push = ({ run, stopped }) => {
    let began = 0;
    push({
      run() {
        began = now();
        run();
      },
      stopped(error) {
        if (error.code === 'E_REDUCER_TIMEOUT') shortest = Math.min(shortest, now() - began);
        stopped(error);
      },
    });
  };
  let published: Response;
  do published = await host.publish('arena', ARENA);
  while (!published.ok && TIMED_OUT.test(await published.text()));
  expect(published.status).toBe(200);
  const must = async (player: Player, reducer: string, args: unknown[] = []): Promise<Message> => {
    for (;;) {
      const answer = await player.ask(reducer, args);
      if (!TIMED_OUT.test(answer.error ?? '')) return answer;
    }
  };
  return { host, must, shortest: () => shortest };
}

/** Joins; also where the machine held `client_connected` up for longer than the limit. */
async function joined(host: TestHost): Promise<Player> {
  for (;;) {
    const player = host.open();
    const ending = player.ended.then(({ reason }) => reason);
    const greeting = player.next(({ type }) => type === 'InitialConnection').catch(() => undefined);
    if ((await greeting) !== undefined) return player;
    expect(await ending).toMatch(TIMED_OUT);
  }
}

/** What a module must not touch is back where the host and others need it. */
function expectGlobals(): void {
  expect(Math.random()).toBeLessThan(1);
  expect(Date.now()).toBeGreaterThan(1_600_000_000_000);
  expect(typeof structuredClone(new Date()).getTime()).toBe('number');
  expect([setTimeout, setInterval, setImmediate, queueMicrotask, fetch].map((name) => typeof name)).toEqual(
    Array(5).fill('function'),
  );
  expect(() => setTimeout(() => undefined, 0)).not.toThrow();
}

describe('endless reducers', { timeout: 120_000 }, () => {
  it('[R1] are stopped, rolled back and answered, 100 times in a row; others are answered in between', async () => {
    const { host, must, shortest } = await timedArena();
    const [culprit, other] = [await joined(host), await joined(host)];
    await other.subscribe(1, 'SELECT * FROM ship');
    for (let i = 0; i < 100; i++) {
      const endless = culprit.call('spin');
      const answers = await Promise.all([culprit.answerTo(endless), must(other, 'launch', [i])]);
      expectTimeout(answers[0], endless);
      expect(answers[1].type).toBe('TransactionUpdate');
      expectGlobals();
    }
    // Of the ships that the endless ones launched nothing is left, and no number of theirs was used up.
    expect(other.inserted('ship').map(([id, , x]) => [id, x])).toEqual(
      Array.from({ length: 100 }, (_, i) => [i + 1, i]),
    );
    expect(host.rows('ship')).toHaveLength(100);
    expect((await must(culprit, 'launch', [1])).type).toBe('TransactionUpdate');
    const lines = host.log.filter(({ message, reducer }) => reducer === 'spin' && TIMED_OUT.test(message));
    expect(lines).toHaveLength(100);
    expect(lines[0]).toMatchObject({ database: 'arena', level: 'error' });
    expect(shortest()).toBeGreaterThanOrEqual(LIMIT_MS);
  });

  it('[R1] do not keep what was sent behind them from being handled', async () => {
    const { host, must, shortest } = await timedArena();
    const player = await joined(host);
    const asked = ['launch', 'spin', 'launch', 'spin', 'launch'];
    const calls = asked.map((name) => player.call(name, name === 'spin' ? [] : [1]));
    await player.answerTo(calls.at(-1)!);
    const answers = await Promise.all(calls.map((call) => player.answerTo(call)));
    expect(player.messages.slice(1)).toEqual(answers); // in order
    const launched = answers.filter(({ type }) => type === 'TransactionUpdate').length;
    for (const [i, answer] of answers.entries()) {
      if (asked[i] === 'spin' || answer.type !== 'TransactionUpdate') expectTimeout(answer, calls[i]!);
    }
    expect(host.rows('ship').map(({ id }) => id)).toEqual([1, 2, 3].slice(0, launched));
    expect(shortest()).toBeGreaterThanOrEqual(LIMIT_MS);
    expect((await must(player, 'launch', [1])).type).toBe('TransactionUpdate');
  });

  it('[R2] in client_connected: the client is not let in, and is told why', async () => {
    const host = await TestHost.withArena({ reducerLimitMs: LIMIT_MS });
    const inside = await host.join();
    await inside.ask('setRule', ['endless gate']);
    const player = host.open();
    const { code, reason } = await player.ended;
    expect(code).toBe(1008);
    expect(reason).toMatch(/^A reducer did not return within 50 ms and was stopped\./);
    expect(player.messages).toEqual([]);
    expectGlobals();
    expect((await inside.ask('setRule', [''])).type).toBe('TransactionUpdate');
    await host.join();
    expect(host.rows('visit').map(({ what }) => what)).toEqual(['came', 'came']);
  });

  it('[R7] are named in the log, wherever they were called from', async () => {
    const host = await TestHost.withArena({ reducerLimitMs: LIMIT_MS });
    const player = await host.join();
    await player.ask('spin');
    await player.ask('setRule', ['endless gate']);
    await host.open().ended;
    await player.ask('setRule', ['endless beat']);
    await player.ask('startBeat');
    const stopped = () => host.log.filter(({ message }) => TIMED_OUT.test(message)).map(({ reducer }) => reducer);
    await expect.poll(() => stopped().slice(0, 3)).toEqual(['spin', 'client_connected', 'step']);
    expect(host.log.find(({ reducer }) => reducer === 'spin')!.message).toMatch(
      /check its loops .* scheduled reducers\.$/,
    );
  });

  it('[R3] on a schedule: what they wrote is gone, the interval goes on, clients are answered', async () => {
    const { host, must, shortest } = await timedArena();
    const player = await joined(host);
    const count = () => host.rows('beat')[0]!.count as number;
    await must(player, 'startBeat');
    while (count() < 3) await player.ask('launch', [1]);
    await must(player, 'setRule', ['endless beat']);
    const before = count();
    const timeouts = () =>
      host.log.filter(({ message, reducer }) => reducer === 'step' && TIMED_OUT.test(message)).length;
    for (const until = timeouts() + 3; timeouts() < until; ) await player.ask('launch', [1]);
    expect(count()).toBe(before);
    expect(host.rows('rule')).toEqual([{ id: 0, text: 'endless beat' }]);
    await must(player, 'setRule', ['']);
    while (count() < before + 3) await player.ask('launch', [1]);
    expectGlobals();
    expect(shortest()).toBeGreaterThanOrEqual(LIMIT_MS);
  });

  it('[R4] at publish, in init or at the top level of the module: refused, and nothing changes', async () => {
    const host = await TestHost.open({ reducerLimitMs: LIMIT_MS });
    const { token } = await host.newToken();
    await host.publish('arena', ARENA, token);
    await (await host.join()).ask('launch', [1]);
    const endless = {
      init: `${EMPTY} exports.init = exports.default.init((ctx) => { ctx.db.orb.insert({ id: 1, kind: 1 }); for (;;); });`,
      'top level': 'for (;;);',
      'top level, tables declared': `${EMPTY} for (;;);`,
      'asynchronous top level': `${EMPTY} Object.defineProperty(exports, 'later', { enumerable: true, get() { for (;;); } });`,
    };
    for (const [what, source] of Object.entries(endless)) {
      for (const [name, query] of [
        ['arena', '?clear=true'],
        ['new', ''],
      ] as const) {
        const answer = await host.publish(name, source, token, query);
        expect([what, answer.status]).toEqual([what, 400]);
        expect(await answer.text()).toMatch(TIMED_OUT);
        expectGlobals();
      }
    }
    expect(host.node.host.databases.map(({ name }) => name)).toEqual(['arena']);
    expect(host.rows('ship')).toHaveLength(1);
    expect((await host.publish('new', EMPTY, token)).status).toBe(200);
    expect((await (await host.join()).ask('launch', [2])).type).toBe('TransactionUpdate');
  });

  it('[R5] are told from reducers that touch what is not theirs: those fail at once', async () => {
    const host = await TestHost.withArena({ reducerLimitMs: LIMIT_MS });
    const player = await host.join();
    const answer = await player.ask('tellTime');
    expect(answer).toMatchObject({ type: 'ReducerResult', status: 'InternalError' });
    expect(answer.error).toMatch(/^Date is not available in SpacetimeDB modules/);
    expectGlobals();
  });

  it('[R6] leave the globals to everybody else from the moment they are stopped', async () => {
    const host = await TestHost.withArena({ reducerLimitMs: LIMIT_MS });
    const player = await host.join();
    const seen = new Set<string>();
    const use = (): void => {
      try {
        expectGlobals();
        crypto.randomUUID();
        const now = new Date();
        seen.add(`${now instanceof Date} ${now.getUTCFullYear() > 2020}`);
      } catch (error) {
        seen.add(String(error));
      }
    };
    // Timers and promises that are due while the loop holds the process, and run before the host learns of the stop.
    for (let i = 0; i < 20; i++) {
      const endless = player.call('spin');
      for (let ms = 0; ms < LIMIT_MS; ms += 5) setTimeout(() => void Promise.resolve().then(use), ms);
      setImmediate(use);
      await player.answerTo(endless);
    }
    expect([...seen]).toEqual(['true true']);
  });
});
