import {
  isCallable,
  type ModuleDef,
  type ModuleProcedureDef,
  type ModuleReducerDef,
  type TableDef,
} from '../schema/index.ts';
import type { AlgebraicType, ProductType } from '../values/index.ts';
import { BindingTypes, type NamedType } from './binding-types.ts';
import { camel, fileStem, NameRegister, pascal } from './names.ts';

/** A table or view as bindings have it. */
export interface BindingTable {
  readonly def: TableDef;
  readonly accessor: string;
  readonly row: ProductType;
  /** Stem of its file: `user_table`. */
  readonly stem: string;
  /** Name `index.ts` imports its row under. */
  readonly rowName: string;
  readonly codecName: string;
}

/** A reducer as bindings have it. */
export interface BindingReducer {
  readonly def: ModuleReducerDef;
  readonly params: ProductType;
  /** Stem of its file: `set_name_reducer`. */
  readonly stem: string;
  readonly importName: string;
  readonly paramsName: string;
  readonly codecName: string;
}

/** A procedure as bindings have it. */
export interface BindingProcedure {
  readonly def: ModuleProcedureDef;
  readonly params: ProductType;
  readonly returnType: AlgebraicType;
  /** Stem of its file: `count_ships_procedure`. */
  readonly stem: string;
  readonly importName: string;
  /** Names in `types/procedures.ts`. */
  readonly argsName: string;
  readonly resultName: string;
  readonly argsCodecName: string;
  readonly resultCodecName: string;
}

/** A module with the names of its bindings: what each file is printed from. */
export interface BindingModel {
  readonly tables: readonly BindingTable[];
  readonly reducers: readonly BindingReducer[];
  readonly procedures: readonly BindingProcedure[];
  readonly types: readonly NamedType[];
  /** Whether they are for SpacetimeDB's own package. */
  readonly isOfficial: boolean;
}

/** @throws SpacetickError E_CODEGEN when names clash */
export function bindingModel(def: ModuleDef, includePrivate: boolean, isOfficial: boolean): BindingModel {
  const types = new BindingTypes();
  const accessors = new NameRegister('table accessor');
  const reducerAccessors = new NameRegister('reducer');
  const codecs = new NameRegister('codec');
  const stems = new NameRegister('file');
  const claimCodec = (name: string, owner: string) => {
    if (!isOfficial) codecs.claim(name, owner); // others have none
  };

  const tables: BindingTable[] = [];
  for (const table of [...def.tables, ...def.views.map((view) => view.table)]) {
    const owner = `${table.isView ? 'view' : 'table'} ${table.name}`;
    const row = types.map(table.rowType, owner) as ProductType;
    if (!table.isPublic && !includePrivate) continue;
    const accessor = camel(table.accessor);
    const name = pascal(table.accessor);
    const stem = `${fileStem(table.accessor)}_table`;
    const codecName = `${name}Codec`;
    accessors.claim(accessor, owner);
    stems.claim(stem, owner);
    claimCodec(codecName, owner);
    tables.push({ def: table, accessor, row, stem, rowName: `${name}Row`, codecName });
  }

  const reducers: BindingReducer[] = [];
  for (const reducer of def.reducers) {
    if (!isCallable(reducer)) continue;
    const owner = `reducer ${reducer.name}`;
    const name = pascal(reducer.name);
    const paramsName = `${name}Params`;
    const stem = `${fileStem(reducer.name)}_reducer`;
    const codecName = `${paramsName}Codec`;
    reducerAccessors.claim(camel(reducer.name), owner);
    stems.claim(stem, owner);
    claimCodec(codecName, owner);
    const params = types.mapParams(reducer.params, paramsName, owner);
    reducers.push({ def: reducer, params, stem, importName: `${name}Reducer`, paramsName, codecName });
  }

  const procedureAccessors = new NameRegister('procedure');
  const procedures: BindingProcedure[] = [];
  for (const procedure of def.procedures) {
    if (!isCallable(procedure)) continue;
    const owner = `procedure ${procedure.name}`;
    const name = pascal(procedure.name);
    const stem = `${fileStem(procedure.name)}_procedure`;
    const [argsName, resultName] = [`${name}Args`, `${name}Result`];
    // No name of a table's or a reducer's codec.
    const [argsCodecName, resultCodecName] = [`${name}ProcedureArgsCodec`, `${name}ProcedureResultCodec`];
    procedureAccessors.claim(camel(procedure.name), owner);
    stems.claim(stem, owner);
    claimCodec(argsCodecName, owner);
    claimCodec(resultCodecName, owner);
    procedures.push({
      def: procedure,
      params: types.mapParams(procedure.params, argsName, owner),
      returnType: types.map(procedure.returnType, owner),
      stem,
      importName: `${name}Procedure`,
      argsName,
      resultName,
      argsCodecName,
      resultCodecName,
    });
  }

  tables.sort((a, b) => (a.accessor < b.accessor ? -1 : 1));
  reducers.sort((a, b) => (a.def.name < b.def.name ? -1 : 1));
  procedures.sort((a, b) => (a.def.name < b.def.name ? -1 : 1));
  return { tables, reducers, procedures, types: types.named(), isOfficial };
}
