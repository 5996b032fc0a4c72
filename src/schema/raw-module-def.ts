import { type AlgebraicType, encodeBsatn, type ProductType, type SumType, toHex } from '../values/index.ts';
import { isCallable, type ModuleDef, type ModuleReducerDef, namedTypes } from './module-def.ts';
import type { IndexDef, TableDef } from './table-def.ts';

// The module definition as the real system describes it in JSON: what `GET /v1/database/:name/schema` answers.

type Json = string | number | boolean | Json[] | { [key: string]: Json };

const UNIT: Json = [];

function some(value: Json): Json {
  return { some: value };
}

const NONE: Json = { none: UNIT };

/** Types that others refer to by number. */
class Typespace {
  readonly #numbers = new Map<AlgebraicType, number>();
  readonly named: readonly (ProductType | SumType)[];

  constructor(def: ModuleDef) {
    this.named = namedTypes(def);
    for (const [number, type] of this.named.entries()) this.#numbers.set(type, number);
  }

  numberOf(type: AlgebraicType): number {
    return this.#numbers.get(type)!;
  }

  /** All types, written out. */
  types(): Json[] {
    return this.named.map((type) => this.#open(type));
  }

  /** A type as a use of it: by number where it has one. */
  use(type: AlgebraicType): Json {
    const number = this.#numbers.get(type);
    return number === undefined ? this.#open(type) : { Ref: number };
  }

  product(type: ProductType): Json {
    const elements = type.elements.map((element) => ({
      name: some(element.name),
      algebraic_type: this.use(element.type),
    }));
    return { elements };
  }

  #open(type: AlgebraicType): Json {
    switch (type.tag) {
      case 'Array':
        return { Array: this.use(type.element) };
      case 'Product':
        return { Product: this.product(type) };
      case 'Sum': {
        const variants = type.variants.map((variant) => ({
          name: some(variant.name),
          algebraic_type: this.use(variant.type),
        }));
        return { Sum: { variants } };
      }
      default:
        return { [type.tag]: UNIT };
    }
  }
}

const LIFECYCLE_NAMES = { init: 'Init', onConnect: 'OnConnect', onDisconnect: 'OnDisconnect' } as const;

/** RawModuleDef of version 9 as SATS-JSON text. */
export function rawModuleDefV9(def: ModuleDef): string {
  const space = new Typespace(def);
  return JSON.stringify({
    typespace: { types: space.types() },
    tables: def.tables.map((table) => ({
      name: table.name,
      ...tableParts(table, space, 'name'),
      schedule: scheduleV9(def, table),
      table_type: { User: UNIT },
      table_access: access(table),
    })),
    reducers: def.reducers.map((reducer) => ({
      name: reducer.name,
      params: paramsOf(def, reducer, space),
      lifecycle: reducer.lifecycle === undefined ? NONE : some({ [LIFECYCLE_NAMES[reducer.lifecycle]]: UNIT }),
    })),
    types: space.named.map((type) => ({
      name: { scope: [], name: type.name! },
      ty: space.numberOf(type),
      custom_ordering: true,
    })),
    misc_exports: def.tables.flatMap((table) =>
      defaults(table).map((value) => ({ ColumnDefaultValue: { table: table.name, ...value } })),
    ),
    row_level_security: [],
  });
}

/** RawModuleDef of version 10 as SATS-JSON text. */
export function rawModuleDefV10(def: ModuleDef): string {
  const space = new Typespace(def);
  const sections: Json[] = [
    { Typespace: { types: space.types() } },
    {
      Types: space.named.map((type) => ({
        source_name: { scope: [], source_name: type.name! },
        ty: space.numberOf(type),
        custom_ordering: true,
      })),
    },
    {
      Tables: def.tables.map((table) => ({
        source_name: table.name,
        ...tableParts(table, space, 'source_name'),
        table_type: { User: UNIT },
        table_access: access(table),
        default_values: defaults(table),
        is_event: table.isEvent,
      })),
    },
    { Reducers: def.reducers.map((reducer) => reducerV10(def, reducer, space)) },
    {
      Schedules: def.reducers.flatMap((reducer) => {
        const table = def.tables.find((candidate) => candidate.name === reducer.scheduledBy);
        if (table === undefined) return [];
        return [
          {
            source_name: NONE,
            table_name: table.name,
            schedule_at_col: table.scheduleAt!,
            function_name: reducer.name,
          },
        ];
      }),
    },
    {
      LifeCycleReducers: def.reducers.flatMap((reducer) =>
        reducer.lifecycle === undefined
          ? []
          : [{ lifecycle_spec: { [LIFECYCLE_NAMES[reducer.lifecycle]]: UNIT }, function_name: reducer.name }],
      ),
    },
  ];
  return JSON.stringify({ sections });
}

/** A scheduled reducer takes the row of its table, whatever the type is called there. */
function paramsOf(def: ModuleDef, reducer: ModuleReducerDef, space: Typespace): Json {
  const table = def.tables.find(({ name }) => name === reducer.scheduledBy);
  if (table === undefined) return space.product(reducer.params);
  const row = { Ref: space.numberOf(table.rowType) };
  return { elements: reducer.params.elements.map(({ name }) => ({ name: some(name), algebraic_type: row })) };
}

function reducerV10(def: ModuleDef, reducer: ModuleReducerDef, space: Typespace): Json {
  return {
    source_name: reducer.name,
    params: paramsOf(def, reducer, space),
    visibility: isCallable(reducer) ? { ClientCallable: UNIT } : { Private: UNIT },
    ok_return_type: { Product: { elements: [] } },
    err_return_type: { String: UNIT },
  };
}

/** What both versions say of a table, `name` being what the version calls a name. */
function tableParts(table: TableDef, space: Typespace, name: 'name' | 'source_name'): { [key: string]: Json } {
  return {
    product_type_ref: space.numberOf(table.rowType),
    primary_key: table.primaryKey === undefined ? [] : [table.primaryKey],
    indexes: table.indexes.map((index) => ({
      [name]: some(index.name),
      accessor_name: index.accessor === '' ? NONE : some(index.accessor),
      algorithm: algorithm(index),
    })),
    constraints: table.uniques.map((columns) => ({
      [name]: some(`${table.name}_${columns.map((i) => table.columns[i]!.name).join('_')}_key`),
      data: { Unique: { columns: [...columns] } },
    })),
    sequences: table.autoInc.map((column) => ({
      [name]: some(`${table.name}_${table.columns[column]!.name}_seq`),
      column,
      start: NONE,
      min_value: NONE,
      max_value: NONE,
      increment: 1,
    })),
  };
}

function algorithm(index: IndexDef): Json {
  switch (index.algorithm) {
    case 'btree':
      return { BTree: [...index.columns] };
    case 'hash':
      return { Hash: [...index.columns] };
    case 'direct':
      return { Direct: index.columns[0]! };
  }
}

function access(table: TableDef): Json {
  return table.isPublic ? { Public: UNIT } : { Private: UNIT };
}

function scheduleV9(def: ModuleDef, table: TableDef): Json {
  const reducer = def.reducers.find((candidate) => candidate.scheduledBy === table.name);
  if (reducer === undefined) return NONE;
  return some({ name: NONE, reducer_name: reducer.name, scheduled_at_column: table.scheduleAt! });
}

/** Column defaults, as hex of their BSATN. */
function defaults(table: TableDef): { [key: string]: Json }[] {
  return table.columns.flatMap((column, at) => {
    if (column.default === undefined) return [];
    const path = `${table.name}.${column.key}`;
    return [{ col_id: at, value: toHex(encodeBsatn(column.type, column.default.value, path)) }];
  });
}
