import { readFile } from 'node:fs/promises';
import { type LoadedModule, loadProgram, moduleConsole, SpacetickError } from '../../host/index.ts';
import { bundleModule } from './bundle.ts';

/** Where a command finds its module. */
export interface ModuleOptions {
  modulePath?: string;
  jsPath?: string;
}

/** A module that loads, as text for a host. */
export interface ReadModule {
  readonly source: string;
  readonly module: LoadedModule;
}

/** The module at `--module-path` bundled, or the one at `--js-path`. @throws SpacetickError E_USAGE, E_MODULE */
export async function readModule({ modulePath, jsPath }: ModuleOptions): Promise<ReadModule> {
  if (jsPath === undefined) return bundleModule(modulePath);
  if (modulePath !== undefined) {
    throw new SpacetickError('E_USAGE', 'Give the module by --module-path or bundled by --js-path, not both.');
  }
  const source = await readFile(jsPath, 'utf8');
  try {
    return {
      source,
      module: loadProgram(
        source,
        moduleConsole(() => undefined),
      ),
    };
  } catch (error) {
    // Bundlers write either kind of JavaScript: what cannot be run as a function has import and export statements.
    if (error instanceof SyntaxError) return bundleModule(jsPath);
    throw new SpacetickError('E_MODULE', `${jsPath}: ${(error as Error).message}`, { cause: error });
  }
}
