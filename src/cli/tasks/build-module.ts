import { generateBindings } from '../../codegen/index.ts';
import { compareBindings, deleteLeftover, writeBindings } from './bindings.ts';
import { bundleModule } from './bundle.ts';

/** A module as the dev server publishes it. */
export interface BuiltModule {
  readonly source: string;
  readonly warnings: readonly string[];
  /** Source files it was bundled from: absolute paths, to be watched. */
  readonly files: readonly string[];
  /** Brings the bindings up to date. */
  putBindings(): Promise<void>;
}

/** Bundles a module and prepares its bindings. @throws SpacetickError E_MODULE, E_CODEGEN */
export async function buildModule(modulePath: string, bindingsPath: string): Promise<BuiltModule> {
  const { source, module, files } = await bundleModule(modulePath);
  const generated = generateBindings(module);
  const putBindings = async (): Promise<void> => {
    const { leftover } = await compareBindings(bindingsPath, generated);
    await writeBindings(bindingsPath, generated);
    await deleteLeftover(bindingsPath, leftover);
  };
  return { source, warnings: module.warnings, files, putBindings };
}
