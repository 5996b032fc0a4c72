import type { Key } from '../../values/index.ts';
import type { Row } from '../../wire/index.ts';

/** In place of integer-map.ts in the lean build: a Map, which costs more memory and no code. */
export class IntegerMap extends Map<Key, Row> {
  /** A Map would take what it is given for its rows. */
  constructor(_isSigned: boolean) {
    super();
  }

  /** Adds rows up to the first whose key is there already. @returns how many were added */
  fill(added: readonly Row[], column: string): number {
    for (let i = 0; i < added.length; i++) {
      const row = added[i]!;
      const key = row[column] as Key;
      if (this.has(key)) return i;
      this.set(key, row);
    }
    return added.length;
  }
}
