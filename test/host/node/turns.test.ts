import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Turns } from '../../../src/host/node/turns.ts';
import { Children } from './turns/child.ts';

const SLOW_MS = 60_000; // child processes on a busy machine

describe('turns', { timeout: SLOW_MS }, () => {
  const children = new Children();
  beforeAll(() => children.build(), SLOW_MS);
  afterAll(() => children.remove());

  async function reportOf(program: string, nodeArgs: string[] = []): Promise<unknown> {
    const { report, stderr, code, signal } = await children.run(program, { nodeArgs });
    expect({ stderr, code, signal }).toEqual({ stderr: '', code: 0, signal: null });
    return report;
  }

  it('[TN1] runs jobs one after another in the order they were pushed, never inside push', async () => {
    const turns = new Turns();
    const order: string[] = [];
    await new Promise<void>((done) => {
      for (const name of ['join', 'steer', 'leave']) {
        turns.push({
          run() {
            order.push(`${name} begins`);
            if (name === 'join') turns.push({ run: () => done(), stopped() {} });
            order.push(`${name} ends`);
          },
          stopped() {},
        });
      }
      order.push('pushed');
    });
    turns.close();
    expect(order).toEqual([
      'pushed',
      ...['join begins', 'join ends', 'steer begins', 'steer ends', 'leave begins', 'leave ends'],
    ]);
  });

  it('[TN2] serves timers while the queue is never empty', async () => {
    const report = (await reportOf('fairness')) as { timers: number; deepest: number };
    expect(report.timers).toBeGreaterThan(5);
    expect(report.deepest).toBe(1);
  });

  it('[TN3] stops 100 endless loops in a row and runs the job after each', async () => {
    const expected = Array.from({ length: 100 }, (_, i) => [`loop${i}:E_REDUCER_TIMEOUT`, `steer${i}`]).flat();
    expect(await reportOf('hundredLoops')).toEqual(expected);
  });

  it('[TN3] gives a job 2 seconds unless told otherwise', async () => {
    const { ms, ...report } = (await reportOf('defaultLimit')) as { ms: number };
    expect(report).toEqual({
      short: 'ran',
      code: 'E_REDUCER_TIMEOUT',
      message: expect.stringContaining('within 2000 ms'),
    });
    expect(ms).toBeGreaterThanOrEqual(2000);
    expect(ms).toBeLessThan(5000); // 1.25 limits, and what a busy machine adds
  });

  it('[TN3] stops regular expressions, sorts, callbacks of built-ins, deep recursion and waiting', async () => {
    const stopped = 'E_REDUCER_TIMEOUT';
    expect(await reportOf('kinds')).toEqual({
      regexp: stopped,
      sort: stopped,
      comparator: stopped,
      getter: stopped,
      generator: stopped,
      recursion: stopped,
      wait: stopped,
      after: 'ran',
    });
  });

  it('[TN3] stops a job wherever it was pushed from', async () => {
    const both = 'E_REDUCER_TIMEOUT ran';
    expect(await reportOf('sources')).toEqual({
      timer: both,
      immediate: both,
      nextTick: both,
      promise: both,
      http: both,
      answer: 'alive',
      ws: both,
      message: 'alive',
    });
  });

  it('[TN3] stops jobs while asynchronous hooks are on', async () => {
    expect(await reportOf('hooks')).toEqual(Array(20).fill('E_REDUCER_TIMEOUT'));
  });

  it('[TN3] stops the jobs of several hosts in one process', async () => {
    expect(await reportOf('twoHosts')).toEqual(Array(6).fill('E_REDUCER_TIMEOUT'));
  });

  it('[TN4] runs neither catch nor finally of a stopped job, and loses no pending promise', async () => {
    expect(await reportOf('aftermath')).toEqual({
      seen: ['microtask', 'next job', 'nextTick', 'stopped'],
      counter: 1,
      insideRun: false,
    });
  });

  it('[TN5] never stops anything but the job, even one that ends at that very moment', async () => {
    const report = await reportOf('race');
    expect(report).toMatchObject({ wrong: 0, hostBroken: 0 });
    const { ran, stopped, stoppedAtTheEnd } = report as Record<string, number>;
    expect(ran! + stopped!).toBe(400);
    expect(stoppedAtTheEnd).toBeGreaterThan(0); // otherwise this test proved nothing
  });

  it('[TN6] measures from piece() and leaves sealed work alone', async () => {
    expect(await reportOf('pieces')).toEqual({
      batch: 'ran',
      whole: 'E_REDUCER_TIMEOUT',
      sealed: 'ran',
      unsealed: 'E_REDUCER_TIMEOUT',
    });
  });

  it('[TN7] passes on what run throws, survives what stopped throws', async () => {
    expect(await reportOf('errors')).toEqual({
      log: [
        'E_TURN_THREW',
        'next',
        'stranger:E_REDUCER_TIMEOUT', // its toString never returned
        'stranger:E_TURN_THREW',
        'stranger:E_TURN_THREW',
        'uncaught from stopped',
      ],
      sameCause: true,
    });
  });

  it('[TN8] answers every job that close() leaves behind', async () => {
    expect(await reportOf('close')).toEqual([
      'stopped while closing:E_REDUCER_TIMEOUT',
      'close returned',
      'closer',
      'waiting:E_HOST_CLOSED',
      'E_HOST_CLOSED',
      'late:E_HOST_CLOSED',
      'idle late:E_HOST_CLOSED',
    ]);
  });

  it('[TN9] lets the process end when idle, sleeps meanwhile, and wakes for the next endless job', async () => {
    const report = (await reportOf('idle')) as { switched: number; stopsAfterSleep: string };
    expect(report.stopsAfterSleep).toBe('E_REDUCER_TIMEOUT');
    expect(report.switched).toBeLessThan(30); // a watchdog that polled would have woken 60 times
  });

  it('[TN10] stops nothing while an inspector is open, and says so once', async () => {
    const { report, stderr, code } = await children.run('debugged', { nodeArgs: ['--inspect=127.0.0.1:0'] });
    expect({ report, code }).toEqual({ report: ['ran', 'ran'], code: 0 });
    expect(stderr.match(/spacetick: an inspector is open/g)).toHaveLength(1);
  });

  it('[TN11] does not take the pause of a whole process for a runaway', async () => {
    const { report } = await children.run('paused', {
      onFirstLine(kill) {
        kill('SIGSTOP');
        setTimeout(() => kill('SIGCONT'), 3000); // longer than the limit
      },
    });
    expect(report).toBe('ran');
  });

  it('[TN12] refuses to start where it could not stop anything', async () => {
    expect(await reportOf('inWorker')).toMatchObject({ code: 'E_WATCHDOG_UNAVAILABLE' });
    expect(() => new Turns({ limitMs: 0 })).toThrow(/limitMs is 0/);
  });

  it('[TN13] does not watch promise callbacks: an endless chain of them holds the process', async () => {
    const { report, signal } = await children.run('microtasks', { killAfterMs: 1000 });
    expect({ report, signal }).toEqual({ report: undefined, signal: 'SIGKILL' });
  });

  it('[TN14] reports its latency', async () => {
    const report = (await reportOf('latency')) as Record<string, number>;
    console.log(
      `push to run: p50 ${report.p50us} us, p99 ${report.p99us} us; queued: ${report.perQueuedJobUs} us a job`,
    );
    expect(Object.keys(report)).toEqual(['p50us', 'p99us', 'perQueuedJobUs']);
  });
});
