import type { ModuleDef } from '../schema/index.ts';
import { codecsFile } from './codecs-file.ts';
import type { GeneratedFile } from './file.ts';
import { indexFile } from './index-file.ts';
import { bindingModel } from './model.ts';
import { procedureFile } from './procedure-file.ts';
import { reducerFile } from './reducer-file.ts';
import { tableFile } from './table-file.ts';
import { procedureTypesFile, reducerTypesFile, typesFile } from './types-files.ts';

/** SpacetimeDB's version whose bindings ours have the shape of; clients refuse shapes they do not know. */
const SHAPE_VERSION = '2.10.0';

const OFFICIAL_PACKAGE = 'spacetimedb';

export interface GenerateOptions {
  /** Package that the bindings import. Default `spacetick`. */
  readonly importPath?: string;
  /**
   * Whether they are for SpacetimeDB's own package, and hold nothing that it does not have: no decoders. Default: when
   * they import `spacetimedb`.
   */
  readonly isOfficial?: boolean;
  /** Whether private tables get bindings too. Default false. */
  readonly includePrivate?: boolean;
  /** Version in `versionInfo`. Default the SpacetimeDB version whose shape this is. */
  readonly cliVersion?: string;
}

/**
 * The bindings of a module: the files of `api.md` 4.1 and, unless they are for SpacetimeDB's package, `codecs.ts`. Pure.
 * @throws SpacetickError E_CODEGEN when two names become one, or a type cannot be named
 */
export function generateBindings(def: ModuleDef, options: GenerateOptions = {}): GeneratedFile[] {
  const { importPath = 'spacetick', includePrivate = false, cliVersion = SHAPE_VERSION } = options;
  const { isOfficial = importPath === OFFICIAL_PACKAGE } = options;
  const model = bindingModel(def, includePrivate, isOfficial);
  return [
    ...(isOfficial ? [] : [codecsFile(model, importPath)]),
    indexFile(model, importPath, cliVersion),
    ...model.procedures.map((procedure) => procedureFile(procedure, importPath)),
    ...model.reducers.map((reducer) => reducerFile(reducer, importPath)),
    ...model.tables.map((table) => tableFile(table, importPath)),
    typesFile(model, importPath),
    procedureTypesFile(model, importPath),
    reducerTypesFile(model, importPath),
  ];
}

/** Names of the tables that `generateBindings` leaves out, sorted. */
export function privateTables(def: ModuleDef): string[] {
  return def.tables
    .filter((table) => !table.isPublic)
    .map((table) => table.name)
    .sort();
}
