// `npm run check`: types, lint and format, rooms, bindings, bundle size. `node scripts/check.mjs [root]`
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBindings } from './bindings.mjs';
import { checkBundleSize } from './bundle-size.mjs';
import { checkRooms } from './rooms.mjs';

const TOOLS = fileURLToPath(new URL('../node_modules', import.meta.url));
const ROOT = resolve(process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url)));

/** Runs a tool of this repository on the root; resolves to its output when it complains, else to nothing. */
function tool(path, ...args) {
  return new Promise((done) => {
    const command = [join(TOOLS, path), ...args];
    execFile(process.execPath, command, { cwd: ROOT, maxBuffer: Number.POSITIVE_INFINITY }, (error, stdout, stderr) => {
      done(error === null ? '' : `${stdout}${stderr}`.trim() || String(error));
    });
  });
}

/** What Git ignores is nobody's source: builds, and the data of hosts that were tried out here. */
const BIOME = [
  'check',
  '--vcs-enabled=true',
  '--vcs-client-kind=git',
  '--vcs-use-ignore-file=true',
  '--max-diagnostics=200',
];

/** Each resolves to what is wrong, or to nothing; a note after the name says what is odd about an "ok". */
const CHECKS = {
  types: () => tool('typescript/bin/tsc', '--noEmit', '-p', '.'),
  'lint and format': () => tool('@biomejs/biome/bin/biome', ...BIOME, '.'),
  rooms: async () => checkRooms(ROOT).join('\n'),
  bindings: async (note) => {
    const { isThere, problems } = await checkBindings(ROOT);
    if (!isThere) note('there is no module yet');
    return problems.join('\n');
  },
  'bundle size': async (note) => {
    const { isThere, size, problems } = await checkBundleSize(ROOT);
    note(isThere ? size : 'there is no client yet');
    return problems.join('\n');
  },
};

const results = await Promise.all(
  Object.entries(CHECKS).map(async ([name, check]) => {
    const notes = [];
    const started = performance.now();
    const wrong = await check((note) => notes.push(note)).catch((error) => String(error?.stack ?? error));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${wrong === '' ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)}  ${seconds} s  ${notes.join('; ')}`.trimEnd(),
    );
    return { name, wrong };
  }),
);
const failed = results.filter(({ wrong }) => wrong !== '');
for (const { name, wrong } of failed) console.log(`\n--- ${name}\n${wrong}`);
process.exitCode = failed.length === 0 ? 0 : 1;
