import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeBindings } from '../../src/cli/tasks/bindings.ts';
import { bundleModule } from '../../src/cli/tasks/bundle.ts';
import { generateBindings } from '../../src/codegen/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULE = join(ROOT, 'test/fixtures/quickstart-chat/index.ts');
const CLIENT = join(ROOT, 'test/fixtures/quickstart-chat-react');
/** Where the tutorial's `main.tsx` looks for its host. */
const PRINTED_URI = 'ws://localhost:3000';

/** The rules that Vite's template gives a new project, `spacetick/...` being the source. */
export const PROJECT_RULES = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  customConditions: ['spacetick-source'],
  types: ['vite/client'],
  jsx: 'react-jsx',
  strict: true,
  noUnusedLocals: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The tutorial's chat in a folder of its own: its React client as printed, with bindings generated from its module. */
export interface ChatProject {
  /** Bundled module, for `publish`. */
  readonly source: string;
  /** Relative to the repository. */
  readonly folder: string;
  /** What the compiler says of it, under the rules that Vite's template gives a new project; empty when it is content. */
  compile(): Promise<string>;
  remove(): Promise<void>;
}

/** @param uri the host that the client is to connect to */
export async function chatProject(uri: string): Promise<ChatProject> {
  const parent = join(ROOT, 'test/.tmp');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'chat-'));
  await putChatClient(folder, uri);
  // Bundlers heed it, too: by this repository's own rules an import of a type says so.
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: PROJECT_RULES, include: ['.'] }));
  const { source, module } = await bundleModule(MODULE);
  await writeBindings(join(folder, 'module_bindings'), generateBindings(module));
  return {
    source,
    folder: relative(ROOT, folder),
    compile: () => compile(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The tutorial's React client, put into a folder. @param uri the host that it is to connect to */
export async function putChatClient(folder: string, uri: string): Promise<void> {
  for (const file of await readdir(CLIENT)) {
    if (!/\.tsx?$/.test(file)) await copyFile(join(CLIENT, file), join(folder, file));
    else await writeFile(join(folder, file), edited(await readFile(join(CLIENT, file), 'utf8'), uri));
  }
}

/** All that somebody changes of what the tutorial prints. */
function edited(text: string, uri: string): string {
  return text.replaceAll("'spacetimedb", "'spacetick").replaceAll(PRINTED_URI, uri.replace(/^http/, 'ws'));
}

async function compile(folder: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', folder], { cwd: folder }).then(
    () => '',
    // Sources of this repository are checked as part of its own project, by other rules.
    ({ stdout }: { stdout: string }) => stdout.replaceAll(/^\.\..*\n/gm, '').trim(),
  );
}
