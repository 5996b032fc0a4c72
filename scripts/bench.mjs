// `npm run bench [-- scenario ...] [--quick]`: what the library costs, against what the same would cost by hand.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleSource } from './run-source.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** In the order of the table; each is a file of bench/. */
/** Run only when named: beside other software, and long. */
const NAMED_ONLY = ['client', 'chat'];
const SCENARIOS = [
  'decode',
  'updates',
  'find',
  'heap',
  'idle',
  'sprites',
  'transaction',
  'loopback',
  'subscriptions',
  ...NAMED_ONLY,
];

const NODE_FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=64', // MB: a million idle ticks must fit, see bench/idle.ts
  '--no-concurrent-recompilation', // on a busy machine the compiler's own thread may come too late for the warm-up
];

const load = async (file) => import(pathToFileURL(await bundleSource(join(ROOT, 'bench', `${file}.ts`))).href);

/** Measures one scenario in this process. */
async function measure(scenario, isQuick) {
  const [{ measure }, { FULL, QUICK }] = [await load(scenario), await load('race')];
  return measure(isQuick ? QUICK : FULL);
}

/** Measures it in a process of its own: what one scenario taught the compiler must not help or hurt the next. */
function measureApart(scenario, isQuick) {
  return new Promise((resolve, reject) => {
    const args = ['--child', scenario, ...(isQuick ? ['--quick'] : [])];
    const child = fork(fileURLToPath(import.meta.url), args, { cwd: ROOT, execArgv: NODE_FLAGS });
    let lines;
    child.on('message', (message) => {
      lines = message;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0 && lines !== undefined) resolve(lines);
      else reject(new Error(`The scenario ${scenario} crashed (${signal ?? `exit code ${code}`}); see above.`));
    });
  });
}

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const named = args.filter((arg) => !arg.startsWith('--'));
const unknown = named.find((name) => !SCENARIOS.includes(name));

if (unknown !== undefined) {
  console.error(`There is no scenario ${unknown}; there are ${SCENARIOS.join(', ')}.`);
  process.exitCode = 2;
} else if (args.includes('--child')) {
  process.send(await measure(named[0], isQuick), () => process.disconnect());
} else {
  const { tableOf } = await load('table');
  const chosen = SCENARIOS.filter((name) => named.includes(name) || (named.length === 0 && !NAMED_ONLY.includes(name)));
  const lines = [];
  for (const [i, scenario] of chosen.entries()) {
    progress(`measuring ${scenario} (${i + 1} of ${chosen.length})`);
    lines.push(...(await measureApart(scenario, isQuick)));
  }
  progress('');
  console.log(tableOf(lines, process.stdout.isTTY === true));
}

/** One line that replaces itself; nothing where nobody watches. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
