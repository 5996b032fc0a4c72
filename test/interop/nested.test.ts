import { describe, expect, it } from 'vitest';
import { encodeBsatn } from '../../src/values/index.ts';
import { msgpackProtocol, v1Protocol, v2Protocol, v3Protocol } from '../../src/wire/index.ts';
import { type Index, until } from './support/foreign-client.ts';
import { harbour, ours, V1, V2, V2_OVER_V2 } from './support/harbour.ts';
import { NESTED } from './support/nested-module.ts';
import { keysFor } from './support/sample.ts';

// Types within types, and wide keys: with both of the other party's clients, and with ours, on every subprotocol.

const CLIENTS = [
  ['spacetimedb 2.10.1 over v3', V2],
  ['spacetimedb 2.10.1 over v2', V2_OVER_V2],
  ['spacetimedb 1.12.0 over v1', V1],
  ['spacetick over its own', ours(msgpackProtocol)],
  ['spacetick over v3', ours(v3Protocol)],
  ['spacetick over v2', ours(v2Protocol)],
  ['spacetick over v1', ours(v1Protocol)],
] as const;

const ID = (1n << 255n) + 7n;
const hull = { name: 'hull', parts: [{ name: 'mast', parts: [{ name: 'sail', parts: [] }] }] };
const course = {
  tag: 'Then',
  value: { cell: -3, rest: { tag: 'Halt' }, detour: { tag: 'Then', value: { cell: 9, rest: { tag: 'Halt' } } } },
};
const full = {
  id: ID,
  grid: [[1, -2], [], [32_767]],
  load: { tag: 'Mail', value: 'letters' },
  slots: ['bow', undefined, ''],
  label: { tag: 'Load', value: { tag: 'Ore', value: 4_000_000_000 } },
  part: hull,
  course,
  outcome: { ok: [{ tag: 'Blank' }, { tag: 'Loads', value: [{ tag: 'Empty' }, { tag: 'Mail', value: '' }] }] },
};
const bare = {
  id: 0n,
  grid: [],
  load: undefined,
  slots: undefined,
  label: { tag: 'Blank' },
  part: { name: '', parts: [] },
  course: { tag: 'Halt' },
  outcome: { ok: [] }, // 2.10.1 writes an err as if it were an ok (api.md 0)
};

describe.each(CLIENTS)('%s', (_name, version) => {
  const { call } = version;

  it('[I18] carries types within types, and finds rows by wide keys', async () => {
    const { join, store, stored } = await harbour(version, NESTED);
    const [ann, bob] = [await join(), await join()];
    await bob.subscribe('SELECT * FROM crate');
    const bytes = () => stored('crate').map((row) => encodeBsatn(store('crate').def.rowType, row));
    const id = (table: string) => bob.conn.db[table]!.id as unknown as Index;
    for (const given of [full, bare]) {
      expect(await call(ann.conn, 'stow', given)).toBe('Committed');
      await until(() => id('crate').find(given.id) != null);
      expect(id('crate').find(given.id)).toMatchObject(given);
    }
    const before = bytes();
    for (const { id: key } of [full, bare]) {
      expect(await call(ann.conn, 'stow', { ...id('crate').find(key) })).toBe('Committed');
    }
    expect(bytes()).toEqual(before);

    bob.watch('crate', (row) => `${row.id}`.length);
    expect(await call(ann.conn, 'stow', { ...full, slots: [] })).toBe('Committed');
    expect(await call(ann.conn, 'unload', { id: 0n })).toBe('Committed');
    expect(await call(ann.conn, 'unload', { id: 1n })).toBe('Failed: There is no such crate');
    await until(() => bob.log.length === 2);
    expect(bob.log.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['~crate 77>77', '-crate 1']);

    const { uuid, line } = await keysFor(version.package);
    await bob.subscribe('SELECT * FROM seal', 'SELECT * FROM line');
    for (const count of [1, 2]) {
      expect(await call(ann.conn, 'mark', { seal: uuid, line })).toBe('Committed');
      await until(() => bob.rows('line')[0]?.count === count);
      expect(id('seal').find(uuid)).toMatchObject({ count });
      expect(id('line').find(line)).toMatchObject({ count });
    }
  });

  it('[I18] [I15] is told results and types within types by procedures', async () => {
    const { join } = await harbour(version, NESTED);
    const { conn } = await join();
    const { inspect, turnOver } = conn.procedures;
    await call(conn, 'stow', full);
    expect(await inspect!({ id: 1n })).toMatchObject({ err: { tag: 'Halt' } });
    const ok = [full.label, { tag: 'Loads', value: [{ tag: 'Ore', value: 1 }] }];
    expect(await inspect!({ id: ID })).toMatchObject({ ok });
    expect(await turnOver!({ part: hull, course })).toEqual([{ name: 'Then', parts: [hull] }]);
    expect(await turnOver!({ part: hull, course: undefined })).toBeUndefined();
  });
});
