import { describe, expect, it } from 'vitest';
import { describeModule, schema } from '../../src/module/index.ts';
import { rawModuleDefV9, rawModuleDefV10, readRawModuleDef } from '../../src/schema/index.ts';
import { sea as module, Ship } from '../codegen/sea.ts';

describe('the description of a module', () => {
  it('[S50] says in version 10 what there is, under the names that the module has', () => {
    const { sections } = JSON.parse(rawModuleDefV10(module)) as { sections: Record<string, unknown>[] };
    const all = Object.assign({}, ...sections) as Record<string, { source_name: string }[]>;
    expect(Object.keys(all)).toEqual([
      ...['Typespace', 'Types', 'Tables', 'Reducers', 'Procedures', 'Views', 'Schedules', 'LifeCycleReducers'],
      ...['RowLevelSecurity', 'ExplicitNames', 'ViewPrimaryKeys'],
    ]);
    expect(all.Tables!.map((table) => table.source_name)).toEqual(['theShip', 'blast', 'timer']);
    expect(all.ExplicitNames).toEqual({
      entries: [
        { Table: { source_name: 'theShip', canonical_name: 'ships' } },
        { Function: { source_name: 'findShip', canonical_name: 'FindShip' } },
      ],
    });
    expect(all.Views).toMatchObject([
      { source_name: 'my_ships', index: 0, is_public: true, is_anonymous: false },
      { source_name: 'flag_ship', is_anonymous: true, return_type: { Sum: {} } },
      { source_name: 'standings', return_type: { Array: { Ref: expect.any(Number) } } },
    ]);
    expect(all.ViewPrimaryKeys).toEqual([
      { view_source_name: 'my_ships', columns: ['id'] },
      { view_source_name: 'flag_ship', columns: ['id'] },
      { view_source_name: 'standings', columns: ['kind_name'] },
    ]);
    expect(all.Procedures).toMatchObject([
      { source_name: 'count_ships', visibility: { ClientCallable: [] }, return_type: { U64: [] } },
      { source_name: 'findShip' },
      { source_name: 'reset', return_type: { Product: { elements: [] } } },
      { source_name: 'poll', visibility: { Private: [] } },
    ]);
    expect(all.Schedules).toMatchObject([{ table_name: 'timer', function_name: 'poll', schedule_at_col: 1 }]);
    expect(all.RowLevelSecurity).toEqual([{ sql: 'SELECT * FROM ships WHERE owner_id = :sender' }]);
  });

  it('[S50] says in version 9 what it can', () => {
    const def = JSON.parse(rawModuleDefV9(module)) as { misc_exports: Record<string, unknown>[] };
    expect(def.misc_exports.map((each) => Object.keys(each)[0])).toEqual([
      'ColumnDefaultValue',
      ...['Procedure', 'Procedure', 'Procedure', 'Procedure'],
      ...['View', 'View', 'View'],
    ]);
    expect(def).toMatchObject({ row_level_security: [{ sql: expect.stringContaining('ships') }] });
  });

  it('[S51] is read back as it was said', () => {
    const text = rawModuleDefV10(module);
    expect(rawModuleDefV10(readRawModuleDef(text))).toBe(text);
    const older = rawModuleDefV9(module);
    expect(rawModuleDefV9(readRawModuleDef(older))).toBe(older);
    const asWritten = schema({ theShip: Ship }, { CASE_CONVERSION_POLICY: 'None' });
    const plain = describeModule({ default: asWritten, dockShip: asWritten.reducer(() => undefined) });
    expect(plain.reducers[0]!.name).toBe('dockShip');
    const said = rawModuleDefV10(plain);
    expect(said).toContain('{"CaseConversionPolicy":{"None":[]}}');
    expect(rawModuleDefV10(readRawModuleDef(said))).toBe(said);
  });

  it('[S52] that is none is refused', () => {
    for (const text of [
      '',
      '[]',
      '{"sections":[5]}',
      '{"sections":[{"Tables":[{"source_name":"a"}]}]}',
      '{"tables":[]}',
    ]) {
      expect(() => readRawModuleDef(text)).toThrow(expect.objectContaining({ code: 'E_MODULE_DEF' }));
    }
  });
});
