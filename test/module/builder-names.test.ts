import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ArrayBuilder,
  type Infer,
  type InferTypeOfRow,
  type ModuleSettings,
  type OptionBuilder,
  ProductBuilder,
  type Reducer,
  RowBuilder,
  type SimpleSumBuilder,
  schema,
  TypeBuilder,
  t,
  table,
  type U64Builder,
  type U64ColumnBuilder,
} from '../../src/module/index.ts';

const shipColumns = { id: t.u64().primaryKey(), cell: t.u32().index(), name: t.option(t.string()) };
const Ship = table({ name: 'star_ship' }, shipColumns);

describe('names of types', () => {
  it('[M54] name declared types', () => {
    const id: U64Builder = t.u64();
    const key: U64ColumnBuilder<{ readonly primaryKey: true }> = t.u64().primaryKey();
    const list: ArrayBuilder<U64Builder> = t.array(id);
    const maybe: OptionBuilder<typeof list> = t.option(list);
    const kind: SimpleSumBuilder<{ Scout: ReturnType<typeof t.unit> }> = t.enum('Kind', ['Scout']);
    for (const builder of [id, key, list, maybe, kind]) expect(builder).toBeInstanceOf(TypeBuilder);
    for (const Row of [RowBuilder, ProductBuilder]) expect(Ship.rowType).toBeInstanceOf(Row);
    expectTypeOf<Infer<typeof maybe>>().toEqualTypeOf<bigint[] | undefined>();
    expectTypeOf<InferTypeOfRow<typeof shipColumns>>().toEqualTypeOf<{
      id: bigint;
      cell: number;
      name: string | undefined;
    }>();
    const settings: ModuleSettings = { CASE_CONVERSION_POLICY: 'None' };
    const comet = schema({ ship: Ship }, settings);
    const launch: Reducer<(typeof comet)['tables'], { cell: typeof id }> = ({ db }, { cell }) => {
      db.ship.insert({ id: cell, cell: 1, name: undefined });
    };
    expect(comet.reducer({ cell: id }, launch)).toBeTypeOf('function');
  });
});
