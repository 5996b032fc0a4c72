import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SpacetickError } from '../../host/index.ts';

const ERROR = /^(.+)\((\d+),(\d+)\): error TS\d+: (.*)$/; // as the compiler writes it without colours

/**
 * Has the project's own compiler look at a module: bundling takes types away unread.
 * @param entry of the module: an absolute path
 * @returns false where there is no compiler, or no `tsconfig.json` that says how
 * @throws SpacetickError E_TYPES naming files and lines of the module's folder; others are other people's
 */
export async function checkTypes(entry: string): Promise<boolean> {
  const config = nearest(dirname(entry), 'tsconfig.json');
  const compiler = nearest(dirname(entry), 'node_modules/typescript/bin/tsc');
  if (config === undefined || compiler === undefined) return false;
  const said = await run(compiler, ['--noEmit', '--pretty', 'false', '-p', config]);
  const errors = said.split('\n').flatMap((line) => {
    const [, file, row, column, message] = ERROR.exec(line.trimEnd()) ?? [];
    if (file === undefined || !resolve(file).startsWith(dirname(entry) + sep)) return [];
    return [`${relative(process.cwd(), resolve(file))}:${row}:${column}: ${message}`];
  });
  if (errors.length === 0) return true;
  throw new SpacetickError('E_TYPES', `The module's types do not fit:\n  ${errors.join('\n  ')}`);
}

/** A file in this folder or in the nearest above it. */
function nearest(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  if (existsSync(file)) return file;
  return folder === dirname(folder) ? undefined : nearest(dirname(folder), path);
}

/** What the compiler says, well or not. */
function run(compiler: string, args: readonly string[]): Promise<string> {
  return new Promise((done) => {
    execFile(process.execPath, [compiler, ...args], { maxBuffer: Number.POSITIVE_INFINITY }, (_error, stdout) =>
      done(stdout),
    );
  });
}
