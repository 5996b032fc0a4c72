import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type BundleError, type OutputChunk, rolldown } from 'rolldown';
import {
  type LoadedModule,
  loadProgram,
  MODULE_API_SPECIFIERS,
  ModuleTrace,
  moduleConsole,
  SpacetickError,
  stackOf,
} from '../../host/index.ts';
import { ForeignImports } from './foreign-imports.ts';
import { findEntry } from './module-entry.ts';

/** A module, bundled and tried. */
export interface BundledModule {
  /** Text that a host loads. */
  readonly source: string;
  readonly module: LoadedModule;
  /** The files it was bundled from: absolute paths. */
  readonly files: readonly string[];
}

/**
 * Bundles a module and loads it once, so that what is wrong with it is said here, with the line in its source.
 * @param path folder of the module, or its entry file; undefined looks where projects keep it
 * @throws SpacetickError E_MODULE_NOT_FOUND, E_MODULE
 */
export async function bundleModule(path: string | undefined): Promise<BundledModule> {
  const entry = findEntry(path);
  const { source, files } = await bundle(entry);
  try {
    const silent = moduleConsole(() => undefined);
    return { source, module: loadProgram(source, silent), files };
  } catch (error) {
    const stack = error instanceof Error ? stackOf(error) : '';
    const place = new ModuleTrace(source).place(stack) ?? relative(process.cwd(), entry);
    throw new SpacetickError('E_MODULE', `${place}: ${(error as Error).message}`, { cause: error });
  }
}

async function bundle(entry: string): Promise<{ source: string; files: string[] }> {
  const foreign = new ForeignImports();
  let code: string;
  let chunk: OutputChunk;
  let files: string[];
  try {
    const build = await rolldown({
      input: entry,
      external: [...MODULE_API_SPECIFIERS],
      platform: 'neutral',
      resolve: { mainFields: ['module', 'main'] },
      transform: { define: { 'process.env.NODE_ENV': '"production"' } },
      plugins: [foreign.plugin()],
      logLevel: 'silent',
    });
    // `dir` is where nothing is written: the source map names files as they are seen from there.
    const dir = dirname(entry);
    const { output } = await build.generate({ format: 'cjs', exports: 'named', sourcemap: true, dir });
    files = await build.watchFiles; // more than what is left in the bundle: a file of constants may be inlined
    await build.close();
    chunk = output.find((part): part is OutputChunk => part.type === 'chunk')!;
    code = chunk.code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  } catch (error) {
    throw new SpacetickError('E_MODULE', bundlingReason(error), { cause: error });
  }
  foreign.refuse();
  const source = `${code}\n${inlineMap(chunk.map, dirname(entry))}`;
  return { source, files: files.filter((file) => isAbsolute(file)) };
}

/** What the bundler says, with the place: `src/index.ts:2:11: Unexpected token`. */
function bundlingReason(error: unknown): string {
  const [first] = (error as Partial<BundleError>).errors ?? [];
  const message = plain(first?.message ?? (error as Error).message);
  const at = first?.loc;
  if (at?.file === undefined) return `The module cannot be bundled: ${message}`;
  const reason = message.split('\n', 1)[0]!.replace(/^\[\w+\] /, '');
  return `${relative(process.cwd(), at.file)}:${at.line}:${at.column + 1}: ${reason}`;
}

const ESCAPE = String.fromCharCode(27);

/** Without terminal colours. */
function plain(text: string): string {
  return text.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g'), '').trim();
}

/** The source map as a comment of the bundle: a host shows an error's place in the author's files by it. */
function inlineMap(map: OutputChunk['map'], dir: string): string {
  if (map === null || map.sources.length === 0) return '';
  const cwd = process.cwd();
  const sources = map.sources.map((source) => relative(cwd, resolve(dir, source)).split(sep).join('/'));
  // Without the sources' text: who publishes a game need not publish its comments.
  const text = JSON.stringify({ version: 3, sources, names: [], mappings: map.mappings });
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}\n`;
}
