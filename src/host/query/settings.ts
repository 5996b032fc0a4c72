import { sqlError, type Value } from '../../schema/index.ts';
import { Primitive } from '../../values/index.ts';
import { typedLiteral } from './literal.ts';
import type { ResultRows } from './select.ts';

/** What `SET` and `SHOW` know: the settings of a database. */
export class Settings {
  /** Rows that a query of others than the owner may give; undefined for any number. */
  rowLimit: number | undefined;

  /** @throws SpacetickError E_SQL for a setting or value there is not */
  set(name: string, value: Value): void {
    checkName(name);
    if (value.kind !== 'literal') throw sqlError(`Unsupported expression: :${value.name}`);
    this.rowLimit = Number(typedLiteral(value, Primitive.U64));
  }

  show(name: string): ResultRows {
    checkName(name);
    const rows = this.rowLimit === undefined ? [] : [[BigInt(this.rowLimit)]];
    return { schema: [{ name, type: Primitive.U64 }], rows };
  }
}

function checkName(name: string): void {
  if (name !== 'row_limit') throw sqlError(`\`${name}\` is no setting of a database; there is \`row_limit\``);
}
