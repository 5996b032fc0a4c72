/** Each program runs alone in a child process (a crash must not take the tests along) and prints one line of JSON. */
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { type Job, Turns } from '../../../../src/host/node/turns.ts';

const SHORT_MS = 20; // a limit that keeps a hundred stops within three seconds

const report = (value: unknown) => console.log(JSON.stringify(value));
const codeOf = (error: unknown) => (error as { code?: string }).code;

function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function endless(): never {
  for (;;);
}

/** Notes its name when it ran, and name:code when it did not. */
function noted(log: string[], name: string, run: () => void): Job {
  return {
    run() {
      run();
      log.push(name);
    },
    stopped: (error) => log.push(`${name}:${error.code}`),
  };
}

/** A job whose run settles the promise. */
function asked(turns: Turns, run: () => void): Promise<string> {
  return new Promise((resolve) => {
    turns.push({
      run() {
        run();
        resolve('ran');
      },
      stopped: (error) => resolve(error.code),
    });
  });
}

const programs: Record<string, () => void | Promise<void>> = {
  hundredLoops() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const log: string[] = [];
    for (let i = 0; i < 100; i++) {
      turns.push(noted(log, `loop${i}`, endless));
      turns.push(noted(log, `steer${i}`, () => {}));
    }
    process.on('exit', () => report(log));
  },

  async defaultLimit() {
    const turns = new Turns();
    const short = await asked(turns, () => spin(1900)); // in time
    const started = performance.now();
    const { code, message } = await new Promise<{ code: string; message: string }>((stopped) => {
      turns.push({ run: endless, stopped });
    });
    report({ short, code, message, ms: performance.now() - started });
  },

  async kinds() {
    const turns = new Turns({ limitMs: 100 });
    const codes: Record<string, string> = {};
    codes.regexp = await asked(turns, () => /^(a+)+$/.test(`${'a'.repeat(60)}!`));
    codes.sort = await asked(turns, () => {
      for (;;) Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 300_007).sort();
    });
    codes.comparator = await asked(turns, () => [3, 2, 1].sort(endless));
    codes.getter = await asked(turns, () => JSON.stringify({ toJSON: endless }));
    codes.generator = await asked(turns, () => {
      const forever = {
        *[Symbol.iterator]() {
          for (;;) yield 1;
        },
      };
      for (const _ of forever);
    });
    codes.recursion = await asked(turns, function again(): void {
      for (;;) {
        try {
          again();
        } catch {
          // the stack is full: unwind a little and go on
        }
      }
    });
    codes.wait = await asked(turns, () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
    codes.after = await asked(turns, () => {});
    report(codes);
  },

  async sources() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const codes: Record<string, string> = {};
    const both = async (name: string) => {
      codes[name] = `${await asked(turns, endless)} ${await asked(turns, () => {})}`;
    };
    await new Promise<void>((done) => setTimeout(() => void both('timer').then(done), 1));
    await new Promise<void>((done) => setImmediate(() => void both('immediate').then(done)));
    await new Promise<void>((done) => process.nextTick(() => void both('nextTick').then(done)));
    await Promise.resolve().then(() => both('promise'));

    const server = createServer((_request, response) => void both('http').then(() => response.end('alive')));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', () => void both('ws').then(() => socket.send('alive'))));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    codes.answer = await (await fetch(`http://127.0.0.1:${port}`)).text();
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.on('open', () => socket.send('steer'));
    codes.message = await new Promise((done) => socket.on('message', (data) => done(String(data))));
    socket.close();
    sockets.close();
    server.close();
    server.closeAllConnections();
    report(codes);
  },

  /** What a stop leaves behind, and that promises and ticks pending at that moment are not lost. */
  async aftermath() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const seen: string[] = [];
    let counter = 0;
    let stackAtStop = '';
    await new Promise<void>((done) => {
      turns.push({
        run() {
          queueMicrotask(() => seen.push('microtask'));
          process.nextTick(() => seen.push('nextTick'));
          try {
            counter = 1;
            endless();
          } catch {
            seen.push('catch');
          } finally {
            seen.push('finally');
          }
        },
        stopped() {
          stackAtStop = new Error('here').stack ?? '';
          seen.push('stopped');
        },
      });
      turns.push(noted(seen, 'next job', done));
    });
    report({ seen: seen.sort(), counter, insideRun: /\brun\b/.test(stackAtStop) });
  },

  /**
   * Jobs that end at the very moment they are stopped, while the host's own code runs in timers, immediates and
   * promises. The duration hunts for that moment: longer after a job that came through, shorter after one that did not.
   */
  async race() {
    const turns = new Turns({ limitMs: 8 });
    const counts = { ran: 0, stopped: 0, stoppedAtTheEnd: 0, wrong: 0, hostBroken: 0, hostTurns: 0 };
    let inside = 0;
    const hostCode = () => {
      if (inside !== 0) counts.hostBroken++;
      inside++;
      spin(0.2);
      inside--;
      counts.hostTurns++;
    };
    const timer = setInterval(hostCode, 1);
    let ms = 8.2;
    for (let i = 0; i < 400; i++) {
      await new Promise((done) => setTimeout(done, 5)); // the watchdog falls asleep, so that it always starts in phase
      const sealing = i % 2 === 0;
      const seen = { end: false, sealed: false, next: false };
      const outcome = await new Promise<'ran' | 'stopped'>((done) => {
        turns.push({
          run() {
            spin(ms);
            seen.end = true;
            if (sealing) turns.seal();
            seen.sealed = sealing;
          },
          stopped() {
            if (seen.sealed || seen.next) counts.wrong++;
            done('stopped');
          },
        });
        turns.push({
          run() {
            seen.next = true;
            done('ran');
          },
          stopped: () => counts.wrong++,
        });
      });
      hostCode();
      counts[outcome]++;
      if (outcome === 'ran' && !seen.end) counts.wrong++;
      if (outcome === 'stopped' && seen.end) counts.stoppedAtTheEnd++;
      ms += outcome === 'ran' ? 0.01 : -0.01;
      setImmediate(hostCode);
    }
    clearInterval(timer);
    report(counts);
  },

  /** Many short pieces in one run are longer than the limit together; sealed work is never stopped. */
  async pieces() {
    const limitMs = 40;
    const turns = new Turns({ limitMs });
    turns.piece(); // outside a job: nothing
    turns.seal();
    let batch: string;
    let began = 0; // of the last piece
    do {
      batch = await asked(turns, () => {
        for (let i = 0; i < 12; i++) {
          began = performance.now();
          turns.piece();
          spin(10);
        }
      });
      // A busy machine may hold one piece itself up for longer than the limit: that one was rightly stopped.
    } while (batch !== 'ran' && performance.now() - began >= limitMs);
    const whole = await asked(turns, endless);
    const sealed = await asked(turns, () => {
      turns.seal();
      spin(120);
    });
    const unsealed = await asked(turns, () => {
      turns.seal();
      spin(60);
      turns.piece();
      endless();
    });
    spin(120); // host code
    report({ batch, whole, sealed, unsealed });
  },

  /** A queue of many short jobs lets timers in. */
  fairness() {
    const turns = new Turns();
    let timers = 0;
    const timer = setInterval(() => timers++, 1);
    let deepest = 0;
    let depth = 0;
    let left = 3000;
    const job: Job = {
      run() {
        deepest = Math.max(deepest, ++depth);
        if (--left > 0) turns.push(job);
        spin(0.05);
        depth--;
        if (left === 0) {
          clearInterval(timer);
          report({ timers, deepest });
        }
      },
      stopped: () => {},
    };
    turns.push(job);
  },

  async errors() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const refuse = () => {
      throw new TypeError('refused');
    };
    const boom = new Error('boom');
    const log: string[] = [];
    process.on('uncaughtException', (error) => log.push(`uncaught ${error.message}`));
    let cause: unknown;
    turns.push({
      run() {
        throw boom;
      },
      stopped(error) {
        cause = error.cause;
        log.push(error.code);
        throw new Error('from stopped');
      },
    });
    turns.push(noted(log, 'next', () => {}));
    const strangers = [
      Object.create(null),
      new Proxy({}, { getPrototypeOf: refuse, get: refuse }),
      { toString: endless },
    ];
    for (const stranger of strangers) {
      turns.push(
        noted(log, 'stranger', () => {
          throw stranger;
        }),
      );
    }
    await asked(turns, () => {});
    report({ log: log.sort(), sameCause: cause === boom });
  },

  async close() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const log: string[] = [];
    turns.push(noted(log, 'stopped while closing', endless));
    turns.push(
      noted(log, 'closer', () => {
        turns.close();
        log.push('close returned');
      }),
    );
    turns.push(noted(log, 'waiting', () => {}));
    await asked(turns, () => {}).then((code) => log.push(code));
    turns.push(noted(log, 'late', () => {}));
    turns.close();
    const idle = new Turns();
    idle.close();
    idle.push(noted(log, 'idle late', () => {}));
    process.on('exit', () => report(log));
  },

  /** Ends by itself, with the watchdog asleep; prints what 300 ms of idling cost. */
  async idle() {
    const turns = new Turns({ limitMs: SHORT_MS });
    await asked(turns, () => {});
    await new Promise((done) => setTimeout(done, 100));
    const before = process.cpuUsage();
    const switches = process.resourceUsage().voluntaryContextSwitches;
    await new Promise((done) => setTimeout(done, 300));
    const { user, system } = process.cpuUsage(before);
    const switched = process.resourceUsage().voluntaryContextSwitches - switches;
    const stopsAfterSleep = await asked(turns, endless);
    report({ idleMs: (user + system) / 1000, switched, stopsAfterSleep });
  },

  /** Asynchronous hooks keep a stack of their own, which a stop must not corrupt. */
  async hooks() {
    const storage = new AsyncLocalStorage<string>();
    createHook({ init() {}, before() {}, after() {}, promiseResolve() {} }).enable();
    const turns = new Turns({ limitMs: SHORT_MS });
    const codes: string[] = [];
    for (let i = 0; i < 20; i++) {
      await storage.run(`call ${i}`, async () => {
        codes.push(
          await asked(turns, () => {
            for (;;) void Promise.resolve(1);
          }),
        );
        if (storage.getStore() !== `call ${i}`) codes.push('store lost');
      });
    }
    report(codes);
  },

  /** The parent pauses this process in the middle of the job, for longer than the limit. */
  async paused() {
    const turns = new Turns({ limitMs: 2000 });
    const outcome = await asked(turns, () => {
      writeSync(1, 'started\n');
      const busyUs = () => process.cpuUsage().user + process.cpuUsage().system;
      const until = busyUs() + 200_000; // a tenth of the limit, not counting the pause: the machine may be busy
      while (busyUs() < until);
    });
    report(outcome);
  },

  /** Never reports: nothing here is inside `run`. */
  async microtasks() {
    const turns = new Turns({ limitMs: SHORT_MS });
    await asked(turns, () => {
      const again = (): void => void Promise.resolve().then(again);
      again();
    });
    await new Promise((done) => setImmediate(done));
    report('went on');
  },

  async debugged() {
    const turns = new Turns({ limitMs: SHORT_MS });
    const codes = [await asked(turns, () => spin(200)), await asked(turns, () => spin(200))];
    report(codes);
  },

  async twoHosts() {
    const turns = [new Turns({ limitMs: SHORT_MS }), new Turns({ limitMs: SHORT_MS })];
    const codes = await Promise.all([0, 1, 0, 1, 0, 1].map((i) => asked(turns[i]!, endless)));
    report(codes);
  },

  unavailable() {
    try {
      new Turns();
      report('constructed');
    } catch (error) {
      report({ code: codeOf(error), message: (error as Error).message });
    }
  },

  inWorker() {
    const worker = new Worker(process.argv[1]!, { argv: ['unavailable'], stdout: true });
    worker.stdout.on('data', (data) => process.stdout.write(data));
  },

  async latency() {
    const turns = new Turns();
    const waits: number[] = [];
    for (let i = 0; i < 3000; i++) {
      await new Promise<void>((done) => setImmediate(done));
      const pushed = performance.now();
      await asked(turns, () => waits.push(performance.now() - pushed));
    }
    waits.sort((a, b) => a - b);
    const batch = 200_000;
    const started = performance.now();
    const job: Job = { run() {}, stopped() {} };
    for (let i = 1; i < batch; i++) turns.push(job);
    await asked(turns, () => {});
    const us = (ms: number) => Math.round(ms * 1e5) / 100;
    report({
      p50us: us(waits[1500]!),
      p99us: us(waits[2970]!),
      perQueuedJobUs: us((performance.now() - started) / batch),
    });
  },
};

await programs[process.argv[2]!]!();
