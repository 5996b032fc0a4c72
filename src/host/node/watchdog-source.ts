/**
 * The watchdog's thread, as plain JavaScript: it starts with `eval: true`, because Node 20 loads no `.ts` and a bundler
 * must not lose it. Shares `word` (see `Word` in `watchdog.ts`) with the main thread.
 */
export const WATCHDOG_SOURCE = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { Session } = require('node:inspector');
const { word, napMs, naps: limitNaps, Word, CLAIMED } = workerData;

const session = new Session();
session.connectToMainThread();
parentPort.on('message', () => {}); // keeps this thread alive while it waits for the inspector's answer

let seen = 0; // the piece found at the last look
let naps = 0; // whole naps for which the same piece has been running

function watch() {
  for (;;) {
    const piece = Atomics.load(word, Word.PIECE);
    if (piece !== seen) {
      seen = piece;
      naps = 0;
    } else if (piece <= 0) {
      sleep(piece);
      continue;
    } else if (Atomics.load(word, Word.DEBUGGED) === 1) {
      naps = 0;
    } else if (++naps >= limitNaps && Atomics.compareExchange(word, Word.PIECE, piece, CLAIMED) === piece) {
      return stop(piece);
    }
    Atomics.wait(word, Word.NAP, 0, napMs);
  }
}

// Nothing ran for a whole nap. PIECE is read again after ASLEEP is set: the main thread writes them the other way round.
function sleep(piece) {
  Atomics.store(word, Word.ASLEEP, 1);
  if (Atomics.load(word, Word.PIECE) === piece) Atomics.wait(word, Word.ASLEEP, 1);
  Atomics.store(word, Word.ASLEEP, 0);
}

function stop(piece) {
  // The answer comes once the main thread's stack is unwound and the termination is over.
  session.post('Runtime.terminateExecution', (error) => {
    Atomics.store(word, Word.PIECE, error ? piece : -piece);
    Atomics.notify(word, Word.PIECE);
    if (!error) parentPort.postMessage(piece);
    naps = 0;
    setImmediate(watch);
  });
}

setImmediate(watch);
`;
