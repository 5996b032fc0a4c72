import { afterAll, describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import { rawModuleDefV10, readRawModuleDef } from '../../src/schema/index.ts';
import { sea as module } from './sea.ts';
import { Workspace } from './workspace.ts';

const files = generateBindings(module);
const textOf = (path: string) => files.find((file) => file.path === path)!.text;

const USE = `
import { DbConnection, procedures, tables } from './bindings';
import type { Ships, Standing } from './bindings/types';
import type { CountShipsArgs, CountShipsResult, FindShipResult } from './bindings/types/procedures';

const conn = DbConnection.builder().withUri('ws://127.0.0.1:3000').withDatabaseName('sea').build();
const count: Promise<bigint> = conn.procedures.countShips({ kind: { tag: 'Scout' } });
const found: Promise<Ships | undefined> = conn.procedures.findShip({ id: 4 });
const reset: Promise<Record<string, never>> = conn.procedures.reset();
const args: CountShipsArgs = { kind: { tag: 'Tug' } };
const result: CountShipsResult = 5n;
const ship: FindShipResult = undefined;
// @ts-expect-error: the kind is an enum
conn.procedures.countShips({ kind: 'Scout' });
const name: 'count_ships' = procedures.countShips.name;
conn.subscriptionBuilder().subscribe([tables.myShips, tables.standings.where((row) => row.best.gt(3)), tables.blast]);
for (const row of conn.db.myShips.iter()) row.ownerId.toHexString();
const best: Readonly<Standing> | null = conn.db.standings.kindName.find('Scout');
conn.db.standings.onUpdate((_context, before, after) => after.best - before.best);
conn.db.blast.onInsert((_context, blast) => blast.force);
conn.reducers.dock({ ship: { id: 1, ownerId: undefined as never, kind: { tag: 'Tug' }, cell: 3 }, kinds: [] });
export { args, best, count, found, name, reset, result, ship };
`;

const workspace = new Workspace();
afterAll(() => workspace.remove());

describe('functions beside reducers', () => {
  it('[G6] have a file for each procedure that clients may call', () => {
    const paths = files.map(({ path }) => path).filter((path) => path.includes('procedure'));
    expect(paths.sort()).toEqual([
      'count_ships_procedure.ts',
      'find_ship_procedure.ts',
      'reset_procedure.ts',
      'types/procedures.ts',
    ]);
    expect(textOf('count_ships_procedure.ts')).toContain(
      'export const params = {\n  get kind() {\n    return ShipKind;\n  },\n};\nexport const returnType = __t.u64();\n',
    );
    expect(textOf('find_ship_procedure.ts')).toContain('export const returnType = __t.option(Ships);');
    expect(textOf('types/procedures.ts')).toContain(
      'export type CountShipsArgs = __Infer<typeof CountShipsProcedure.params>;\n' +
        'export type CountShipsResult = __Infer<typeof CountShipsProcedure.returnType>;\n',
    );
    expect(textOf('index.ts')).toContain(
      "  __procedureSchema('count_ships', CountShipsProcedure.params, CountShipsProcedure.returnType, CountShipsProcedureArgsCodec, CountShipsProcedureResultCodec),\n",
    );
  });

  it('[G7] have views as tables, which nobody indexes but by their key', () => {
    expect(textOf('standings_table.ts')).toContain("kindName: __t.string().name('kind_name').primaryKey(),");
    expect(textOf('my_ships_table.ts')).toContain("ownerId: __t.identity().name('owner_id'),");
    expect(textOf('index.ts')).toMatch(
      /myShips: __table\(\{\n {4}name: 'my_ships',\n {4}indexes: \[\n {6}\{ accessor: 'id'/,
    );
    expect(textOf('index.ts')).toMatch(/theShip: __table\(\{\n {4}name: 'ships',/);
    expect(textOf('index.ts')).toContain('event: true');
    expect(textOf('types.ts').match(/export type (\w+)/g)).toEqual(
      ['Blast', 'Ships', 'ShipKind', 'Standing', 'Timer'].map((name) => `export type ${name}`).sort(),
    );
  });

  it('[B4] compile, and type procedures and views', () => {
    workspace.write(files, 'bindings');
    workspace.write([{ path: 'use.ts', text: USE }]);
    expect(workspace.compile()).toBe('');
  });

  it('[G8] are the same from what a host says of the module', () => {
    expect(generateBindings(readRawModuleDef(rawModuleDefV10(module)))).toEqual(files);
  });
});
