import { ConnectionId, Identity, SpacetickError, show, Timestamp } from '../../values/index.ts';

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
  if (isUuid(value)) return `0x${String(value).replaceAll('-', '')}`;
  if (value instanceof Timestamp) return `'${value.toISOString()}'`;
  throw new SpacetickError(
    'E_QUERY',
    `${show(value)} cannot be written in SQL. Queries compare numbers, strings, booleans, ids, timestamps and UUIDs.`,
  );
}

/** By what it holds: a page without a Uuid does not carry the class. */
function isUuid(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '__uuid__' in value;
}

/** A table or column name, quoted. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
