import { generateBindings } from '../../codegen/index.ts';
import { compareBindings, deleteLeftover, writeBindings } from './bindings.ts';
import { bundleModule } from './bundle.ts';

/** A module as the dev server publishes it. */
export interface BuiltModule {
  readonly source: string;
  readonly warnings: readonly string[];
  /** Source files it was bundled from: absolute paths, to be watched. */
  readonly files: readonly string[];
  /** Brings the bindings up to date. @returns paths written or deleted, below their folder */
  putBindings(): Promise<string[]>;
}

/**
 * Bundles a module and prepares its bindings.
 * @param bindingsPath folder they go to; undefined makes none
 * @throws SpacetickError E_MODULE, E_CODEGEN
 */
export async function buildModule(modulePath: string, bindingsPath: string | undefined): Promise<BuiltModule> {
  const { source, module, files } = await bundleModule(modulePath);
  const generated = bindingsPath === undefined ? [] : generateBindings(module);
  const putBindings = async (): Promise<string[]> => {
    if (bindingsPath === undefined) return [];
    const { leftover } = await compareBindings(bindingsPath, generated);
    const written = await writeBindings(bindingsPath, generated);
    await deleteLeftover(bindingsPath, leftover);
    return [...written, ...leftover];
  };
  return { source, warnings: module.warnings, files, putBindings };
}
