import { errors } from '../../module/errors.ts';
import type { TableDef } from '../../schema/index.ts';
import { SpacetickError, show } from '../../values/index.ts';
import type { Row } from './row.ts';

/** @throws SpacetimeHostError UniqueAlreadyExists: another row has these values */
export function refuseDuplicate(def: TableDef, columns: readonly string[], row: Row): never {
  throw new errors.UniqueAlreadyExists(`${def.name} already has a row with ${valuesOf(columns, row)}.`);
}

/** @throws SpacetimeHostError NoSuchRow: there is nothing to update */
export function refuseMissing(def: TableDef, column: string, row: Row): never {
  throw new errors.NoSuchRow(`${def.name} has no row with ${valuesOf([column], row)} to update.`);
}

/** @throws SpacetickError E_MIGRATION: two rows that a new constraint does not allow */
export function refuseConstraint(def: TableDef, columns: readonly string[], row: Row): never {
  throw new SpacetickError(
    'E_MIGRATION',
    `Adding a unique constraint on ${columns.join(', ')} to table ${def.name} requires rows that differ there, but two ` +
      `have ${valuesOf(columns, row)}. Change the rows first, or publish with --delete-data to start over with an empty ` +
      'database.',
  );
}

function valuesOf(columns: readonly string[], row: Row): string {
  return columns.map((column) => `${column} ${show(row[column])}`).join(', ');
}
