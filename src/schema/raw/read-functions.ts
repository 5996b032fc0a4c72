import { type AlgebraicType, childrenOf, type ProductType } from '../../values/index.ts';
import type { Lifecycle, ModuleProcedureDef, ModuleReducerDef, ModuleViewDef } from '../module-def.ts';
import { toPascalCase } from '../names.ts';
import { type JsonObject, listOf, numberOf, objectOf, refuse, textOf } from './json.ts';
import { tableOfRow } from './read-table.ts';
import { TypespaceReader } from './read-types.ts';

// What both versions of the description say of types and functions, once it is known how they are called.

export const LIFECYCLES: Readonly<Record<string, Lifecycle>> = {
  Init: 'init',
  OnConnect: 'onConnect',
  OnDisconnect: 'onDisconnect',
};

export function typesOf(
  typespace: JsonObject,
  declared: readonly JsonObject[],
  key: 'name' | 'source_name',
): TypespaceReader {
  const names = declared.map((each): [number, string] => {
    const name = textOf(objectOf(each[key], 'the name of a type')[key], 'the name of a type');
    return [numberOf(each.ty, 'the number of a type'), name];
  });
  return new TypespaceReader(listOf(typespace.types, 'types'), new Map(names));
}

interface Named {
  readonly name: string;
  readonly accessor: string;
}

export function reducerOf(
  { name, accessor }: Named,
  json: JsonObject,
  types: TypespaceReader,
  lifecycle: Lifecycle | undefined,
  scheduledBy: string | undefined,
): ModuleReducerDef {
  const params = types.product(json.params, `${toPascalCase(name)}Params`);
  return { name, accessor, params, codec: undefined, lifecycle, scheduledBy, publicArgs: false };
}

export function procedureOf(
  { name, accessor }: Named,
  json: JsonObject,
  types: TypespaceReader,
  scheduledBy: string | undefined,
): ModuleProcedureDef {
  const params: ProductType = types.product(json.params, `${toPascalCase(name)}Params`);
  return { name, accessor, params, returnType: types.type(json.return_type), scheduledBy };
}

/** @param key name of the column that is the primary key */
export function viewOf(
  { name, accessor }: Named,
  json: JsonObject,
  types: TypespaceReader,
  key: string | undefined,
): ModuleViewDef {
  const returnType: AlgebraicType = types.type(json.return_type);
  const [row] = childrenOf(returnType);
  if (row?.tag !== 'Product') return refuse('the rows of a view', json.return_type);
  const at = row.elements.findIndex((element) => element.name === key);
  const table = { ...tableOfRow(name, accessor, row, at < 0 ? undefined : at), isView: true };
  return { name, accessor, isAnonymous: json.is_anonymous === true, returnType, table };
}
