import * as moduleApi from '../module/index.ts';
import { SpacetickError } from '../values/index.ts';
import { enterModule, leaveModule, trapsFor } from './globals.ts';
import type { ModuleConsole } from './module-console.ts';
import { explainMistake } from './module-mistakes.ts';
import { ModuleTrace, PROGRAM_URL, rememberTrace, SOURCE_MAP } from './module-trace.ts';

/**
 * Specifiers a module may import; a bundle leaves them to the host. Modules of the real system take the classes that they
 * share with clients from the package itself: `import { ScheduleAt } from 'spacetimedb'`.
 */
export const MODULE_API_SPECIFIERS: readonly string[] = ['spacetick/server', 'spacetimedb/server', 'spacetimedb'];

const sources = new WeakMap<moduleApi.LoadedModule, string>();

/** The text that a module was loaded from; undefined for one that was made in this process. */
export function sourceOf(module: moduleApi.LoadedModule): string | undefined {
  return sources.get(module);
}

// Globals that a platform might not let us put behind a getter (globals.ts); a bundle gets these as parameters.
const TRAPPED = ['crypto', 'performance'] as const;
// And these are as absent as in the real host.
const ABSENT = ['process', 'Buffer'] as const;

/**
 * Loads a published program: the text of a function body in CommonJS form, whose only imports are the module API. The
 * host hands it that API, so that there is one copy of every class, and can load another in its place.
 * @throws SpacetickError E_MODULE, E_SCHEMA; whatever the module's top level throws
 */
export function loadProgram(source: string, console: ModuleConsole): moduleApi.LoadedModule {
  const require = (specifier: string): unknown => {
    if (MODULE_API_SPECIFIERS.includes(specifier)) return moduleApi;
    throw new SpacetickError(
      'E_MODULE',
      `The module imports ${specifier}, which a host does not have. A module is bundled with everything it needs, and ` +
        'can use neither files nor network.',
    );
  };
  // A scope of its own, on the first line: the module may declare a `crypto` or a `process`, and lines count as they were.
  // Without its source map: under --enable-source-maps Node would apply it too, with the wrong lines.
  const body = `(function () {${source.replace(SOURCE_MAP, '')}\n}).call(exports);\n//# sourceURL=${PROGRAM_URL}`;
  const run = new Function('module', 'exports', 'require', 'console', ...TRAPPED, ...ABSENT, body);
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const { schemas } = moduleApi.collectSchemas(() => {
    enterModule();
    try {
      run(module, module.exports, require, console, ...trapsFor(TRAPPED));
    } catch (error) {
      throw explainMistake(error);
    } finally {
      leaveModule();
    }
  });
  const trace = new ModuleTrace(source);
  const loaded = moduleApi.describeModule(module.exports, schemas, (stack) => trace.place(stack));
  rememberTrace(loaded, trace);
  sources.set(loaded, source);
  return loaded;
}
