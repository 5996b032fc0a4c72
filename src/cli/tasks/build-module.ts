import { generateBindings } from '../../codegen/index.ts';
import { compareBindings, deleteLeftover, writeBindings } from './bindings.ts';
import { bundleModule } from './bundle.ts';

/** A folder that bindings go to. */
export interface BindingsFolder {
  /** An absolute path. */
  readonly path: string;
  readonly includePrivate?: boolean;
}

/** What bringing bindings up to date has changed. */
export interface WrittenBindings {
  readonly folder: string;
  /** Paths written or deleted, below it. */
  readonly files: readonly string[];
}

/** A module as the dev server publishes it. */
export interface BuiltModule {
  readonly source: string;
  readonly warnings: readonly string[];
  /** Source files it was bundled from: absolute paths, to be watched. */
  readonly files: readonly string[];
  /** Brings the bindings up to date. @returns what has changed in each of their folders */
  putBindings(): Promise<WrittenBindings[]>;
}

/**
 * Bundles a module and prepares its bindings.
 * @throws SpacetickError E_MODULE, E_CODEGEN
 */
export async function buildModule(modulePath: string, bindings: readonly BindingsFolder[]): Promise<BuiltModule> {
  const { source, module, files } = await bundleModule(modulePath);
  const generated = bindings.map(({ path, includePrivate }) => ({
    folder: path,
    files: generateBindings(module, { includePrivate }),
  }));
  const putBindings = async (): Promise<WrittenBindings[]> => {
    const all: WrittenBindings[] = [];
    for (const { folder, files } of generated) {
      const { leftover } = await compareBindings(folder, files);
      const written = await writeBindings(folder, files);
      await deleteLeftover(folder, leftover);
      all.push({ folder, files: [...written, ...leftover] });
    }
    return all;
  };
  return { source, warnings: module.warnings, files, putBindings };
}
