import { BsatnReader, toHex } from '../../../src/values/index.ts';

// v2 and v3 updates as they stand on the wire: the client's own decoder forgets which set was told of what.

export interface ToldTable {
  readonly name: string;
  /** Hex of each row, one entry for each query. */
  readonly parts: readonly { inserts?: string[]; deletes?: string[]; events?: string[] }[];
}

export interface ToldSet {
  readonly id: number;
  readonly tables: readonly ToldTable[];
}

/** The sets of a TransactionUpdate, or of a ReducerResult that is Ok. */
export function toldSets(frame: Uint8Array): ToldSet[] {
  const reader = new BsatnReader(frame);
  const [, tag] = [reader.u8(), reader.u8()];
  if (tag === 6) {
    reader.u32(); // request
    reader.timestamp();
    if (reader.u8() !== 0) throw new Error('not Ok');
    reader.byteArray(); // what it returned
  } else if (tag !== 4) throw new Error(`tag ${tag}`);
  const sets = list(reader, () => ({
    id: reader.u32(),
    tables: list(reader, () => ({
      name: reader.string(),
      parts: list(reader, () =>
        reader.u8() === 0 ? { inserts: rows(reader), deletes: rows(reader) } : { events: rows(reader) },
      ),
    })),
  }));
  if (reader.remaining > 0) throw new Error('bytes are left');
  return sets;
}

function list<T>(reader: BsatnReader, item: () => T): T[] {
  return Array.from({ length: reader.u32() }, item);
}

function rows(reader: BsatnReader): string[] {
  const size = reader.u8() === 0 ? reader.u16() : 0;
  const starts = size > 0 ? [] : list(reader, () => Number(reader.u64()));
  const data = reader.byteArray();
  if (size > 0) for (let at = 0; at < data.length; at += size) starts.push(at);
  return starts.map((start, i) => toHex(data.subarray(start, starts[i + 1] ?? data.length)));
}
