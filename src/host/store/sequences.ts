import type { TableDef } from '../../schema/index.ts';
import type { Row } from './row.ts';
import { Sequence } from './sequence.ts';

interface NumberedColumn {
  readonly key: string;
  readonly sequence: Sequence;
}

/** The sequences of a table's autoInc columns. */
export class Sequences {
  readonly #columns: readonly NumberedColumn[];

  constructor(def: TableDef) {
    this.#columns = def.autoInc.map((i) => {
      const { key, type } = def.columns[i]!;
      return { key, sequence: new Sequence(`${def.name}.${key}`, type) };
    });
  }

  /** Whether a row wants a number of some column. */
  areAsked(row: Row): boolean {
    for (const { key, sequence } of this.#columns) if (sequence.isAsked(row[key])) return true;
    return false;
  }

  /** Puts the next numbers into a row that asks for them. @throws SpacetimeHostError AutoIncOverflow */
  fill(row: Row): void {
    for (const { key, sequence } of this.#columns) {
      if (sequence.isAsked(row[key])) (row as Record<string, unknown>)[key] = sequence.next();
    }
  }

  /** Goes on where those of another version of the table are, or behind the numbers that its rows have already. */
  adopt(other: Sequences, rows: ReadonlyMap<unknown, Row>): void {
    for (const { key, sequence } of this.#columns) {
      const before = other.#columns.find((candidate) => candidate.key === key);
      if (before !== undefined) sequence.adopt(before.sequence);
      else for (const row of rows.values()) sequence.skip(row[key] as number | bigint);
    }
  }

  commit(): void {
    for (const { sequence } of this.#columns) sequence.commit();
  }

  rollback(): void {
    for (const { sequence } of this.#columns) sequence.rollback();
  }
}
