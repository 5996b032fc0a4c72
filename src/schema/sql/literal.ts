import { ConnectionId, Identity, SpacetickError, show, Timestamp, Uuid } from '../../values/index.ts';

/** A value as SQL writes it (`api.md` 1.6). @throws SpacetickError E_QUERY for values SQL has no literal for */
export function toLiteral(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'bigint':
      return value.toString();
    case 'number':
      if (Number.isFinite(value)) return String(value);
      break;
    case 'string':
      return `'${value.replaceAll("'", "''")}'`;
  }
  if (value instanceof Identity || value instanceof ConnectionId) return `0x${value.hex}`;
  if (value instanceof Uuid) return `0x${value.toString().replaceAll('-', '')}`;
  if (value instanceof Timestamp) return `'${value.toISOString()}'`;
  throw new SpacetickError(
    'E_QUERY',
    `${show(value)} cannot be written in SQL. Queries compare numbers, strings, booleans, ids, timestamps and UUIDs.`,
  );
}

/** A table or column name, quoted. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
