import { errors } from '../../module/errors.ts';
import { type Bound, type IndexDef, isRange, type KeyRange, type TableDef } from '../../schema/index.ts';
import { codecOf, copyValue, type Key, type KeyOf } from '../../values/index.ts';

/** What an index is asked for: leading keys, then perhaps a range. */
export interface Lookup {
  readonly prefix: readonly Key[];
  readonly range: KeyRange | undefined;
}

/** Reads what a module gave to `filter`: a value, a Range, or a list of leading values that may end with a Range. */
export function lookupOf(def: TableDef, index: IndexDef, keyOfs: readonly KeyOf[], bounds: unknown): Lookup {
  const parts = Array.isArray(bounds) ? bounds : [bounds];
  const where = `${def.name}.${index.accessor}`;
  if (parts.length === 0 || parts.length > index.columns.length) {
    throw new errors.NoSuchIndex(`${where}.filter takes 1 to ${index.columns.length} values, got ${parts.length}.`);
  }
  if (index.algorithm === 'hash' && parts.length < index.columns.length) {
    throw new errors.NoSuchIndex(
      `${where} is a hash index: it takes the values of all ${index.columns.length} columns.`,
    );
  }
  const keyAt = (i: number, value: unknown): Key => {
    const column = def.columns[index.columns[i]!]!;
    return keyOfs[i]!(copyValue(column.type, codecOf(column.type), value, `${where}.${column.key}`));
  };
  const last = parts.length - 1;
  const range = parts[last];
  if (!isRange(range)) return { prefix: parts.map((part, i) => keyAt(i, part)), range: undefined };
  if (index.algorithm === 'hash') {
    throw new errors.NoSuchIndex(`${where} is a hash index: it finds values, not ranges.`);
  }
  const bound = (end: Bound<unknown>): Bound<Key> =>
    end.tag === 'unbounded' ? end : { tag: end.tag, value: keyAt(last, end.value) };
  return {
    prefix: parts.slice(0, last).map((part, i) => keyAt(i, part)),
    range: { from: bound(range.from), to: bound(range.to) },
  };
}
