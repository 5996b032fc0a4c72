import { expect, it } from 'vitest';
import { ClientCache } from '../../src/client/cache/client-cache.ts';
import { schema, t, table } from '../../src/client/index.ts';
import { Reporter } from '../../src/client/reporter.ts';
import { BsatnWriter, codecOf } from '../../src/values/index.ts';
import type { Row, TableDelta } from '../../src/wire/index.ts';

const { defs } = schema({ note: table({ name: 'note' }, { text: t.string() }) }).schemaType;
const codec = codecOf(defs[0]!.rowType);

function hashOf(row: Row): number {
  const writer = new BsatnWriter();
  codec.write(writer, row);
  return writer.hashOf(0, writer.length);
}

/** Two notes whose bytes have one hash: among so many there are some. */
function twins(): [Row, Row] {
  const known = new Map<number, Row>();
  for (let i = 0; i < 1_000_000; i++) {
    const row = { text: `note ${i}` };
    const hash = hashOf(row);
    const other = known.get(hash);
    if (other !== undefined) return [other, row];
    known.set(hash, row);
  }
  throw new Error('no two of a million rows have one hash: is it a hash?');
}

it('[C13] rows without a key that meet in one hash are told apart', () => {
  const [one, two] = twins();
  expect(hashOf(one)).toBe(hashOf(two));
  const cache = new ClientCache(defs, new Reporter([]));
  const [note] = cache.tables;
  const log: string[] = [];
  note!.listeners.byKind.Insert.add((_ctx, row) => log.push(`+${row.text}`));
  note!.listeners.byKind.Delete.add((_ctx, row) => log.push(`-${row.text}`));
  const empty = { table: note!, inserts: [], updates: [], deletes: [], deletedKeys: [], events: [] };
  const textOf = (row: Row): string => {
    const writer = new BsatnWriter();
    codec.write(writer, row);
    return writer.textOf(0, writer.length);
  };
  const apply = (inserts: Row[], left: Row[], form: 'rows' | 'bytes'): string[] => {
    const came = { ...empty, inserts, ...(form === 'bytes' ? { insertHashes: inserts.map(hashOf) } : {}) };
    const bytes = { hashes: left.map(hashOf), textOf: (i: number) => textOf(left[i]!) };
    const delta: TableDelta = form === 'rows' ? { ...came, deletes: left } : { ...came, deletedBytes: bytes };
    cache.apply([delta]);
    cache.tell({ event: { tag: 'Transaction' } } as never);
    return log.splice(0).sort();
  };
  const held = () => [...note!.rows.values()].map((row) => row.text).sort();
  const [a, b] = [one.text, two.text];
  for (const form of ['bytes', 'rows'] as const) {
    for (const [first, second] of [
      [one, two],
      [two, one],
    ] as const) {
      expect(apply([{ ...first }], [], form)).toEqual([`+${first.text}`]);
      expect(apply([{ ...second }], [], form)).toEqual([`+${second.text}`]);
      expect(apply([{ ...second }], [], form)).toEqual([]); // a second query holds it too
      expect(held()).toEqual([a, b].sort());
      expect(note!.held(one)?.text).toBe(a);
      expect(note!.held(two)?.text).toBe(b);
      expect(apply([], [first], form)).toEqual([`-${first.text}`]);
      expect(note!.held(first)).toBeUndefined();
      expect(apply([], [second], form)).toEqual([]);
      expect(held()).toEqual([second.text]);
      expect(apply([{ ...second }], [second], form)).toEqual([]); // from one query into another
      expect(apply([], [second], form)).toEqual([`-${second.text}`]);
      expect(held()).toEqual([]);
    }
  }
});
