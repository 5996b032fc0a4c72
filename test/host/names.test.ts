import { describe, expect, it } from 'vitest';
import { migrationSteps } from '../../src/host/migration-steps.ts';
import { schema, t, table } from '../../src/module/index.ts';
import { moduleOf, OWNER, player, World } from './support/world.ts';

function fleet(more: object = {}, options: object = {}) {
  const ship = table({ public: true, ...options }, { id: t.u32().primaryKey(), name: t.string(), ...more });
  const fleet = schema({ ship });
  return moduleOf(fleet, {
    launch: fleet.reducer({ id: t.u32() }, (ctx, { id }) => {
      (ctx.db.ship as unknown as { insert(row: object): void }).insert({ id, name: '' });
    }),
  });
}

describe('names', () => {
  it('[H86] are several of one database, the first being what it is called', () => {
    const world = new World(fleet());
    const { database, host } = world;
    host.rename(database, ['arena', 'comet-run', 'arena']);
    expect(host.namesOf(database)).toEqual(['arena', 'comet-run']);
    expect([host.find('arena'), host.find('comet-run'), database.name]).toEqual([database, database, 'arena']);
    host.rename(database, []);
    expect([host.find('arena'), host.namesOf(database), database.name]).toEqual([undefined, [], database.identity.hex]);
    expect(host.find(database.identity.hex)).toBe(database);
  });

  it('[H86] are one database each, and a refused rename changes nothing', () => {
    const world = new World(fleet());
    const { database, host } = world;
    const publish = (name: string, owner: number) =>
      host.publish({
        name,
        identity: player(owner),
        owner: owner === 1 ? OWNER : player(owner),
        program: { module: fleet() },
      });
    publish('mine', 1);
    publish('theirs', 2);
    for (const [name, code] of [
      ['mine', 'E_NAME_TAKEN'],
      ['theirs', 'E_NOT_OWNER'],
      ['No Name', 'E_DATABASE_NAME'],
      ['ab'.repeat(32), 'E_DATABASE_NAME'],
    ] as const) {
      expect(() => host.rename(database, ['free', name]), name).toThrow(expect.objectContaining({ code }));
    }
    expect([host.namesOf(database), host.find('free')]).toEqual([['comet-run'], undefined]);
  });

  it('[H86] hold on to a locked database', () => {
    const world = new World(fleet());
    const { database, host } = world;
    host.lock(database, true);
    const locked = expect.objectContaining({ code: 'E_LOCKED' });
    expect(() => host.delete('comet-run')).toThrow(locked);
    expect(() => world.publish(fleet(), { deleteData: true })).toThrow(locked);
    expect(world.publish(fleet()).op).toBe('updated');
    host.lock(database, false);
    host.delete('comet-run');
    expect(host.find('comet-run')).toBeUndefined();
  });

  it('[H87] are kept apart by a plan, which says each step and takes none', () => {
    const before = fleet();
    const world = new World(before);
    world.run('launch', { id: 1 });
    const after = fleet({ fuel: t.f32().default(1), crew: t.u32().index().default(0) }, { public: false });
    expect(migrationSteps(before, after)).toEqual([
      'Make the table ship private',
      'Add the column fuel: f32 to the table ship',
      'Add the column crew: u32 to the table ship',
      'Create the index ship_crew_idx_btree on the table ship',
    ]);
    expect(world.database.planMigration(after).breaksClients).toEqual([]);
    expect(world.rows('ship')).toEqual([{ id: 1, name: '' }]);
    const orbs = schema({ orb: table({}, { kind: t.u8().unique() }) });
    const other = moduleOf(orbs, { launch: orbs.reducer(() => undefined), clear: orbs.reducer(() => undefined) });
    expect(migrationSteps(before, other)).toEqual([
      'Remove the table ship',
      'Create the private table orb (kind: u8)',
      'Change the parameters of the reducer launch: ()',
      'Add the reducer clear',
    ]);
    expect(migrationSteps(before, before)).toEqual([]);
  });
});
