import { type ColumnDef, type ColumnRef, sqlError, type TableRef } from '../../schema/index.ts';
import type { Identity } from '../../values/index.ts';
import type { TableStore } from '../store/table-store.ts';
import type { StoreLookup } from './access.ts';
import type { BoundColumn } from './bound.ts';

/** The tables that names in a query refer to. */
export class Scope {
  readonly sources: readonly TableStore[];
  readonly sender: Identity;
  readonly #names: readonly string[];

  /** @throws SpacetickError E_SQL; a private table is told apart from a missing one by nobody */
  constructor(refs: readonly TableRef[], find: StoreLookup, sender: Identity) {
    this.sender = sender;
    this.sources = refs.map(({ table }) => find(table, sender) ?? refuseTable(table));
    this.#names = refs.map(({ table, alias }) => alias ?? table);
    const twice = this.#names.find((name, i) => this.#names.indexOf(name) !== i);
    if (twice !== undefined) throw sqlError(`Duplicate name \`${twice}\``);
  }

  /** Position of the table that a qualifier names; without one, of the only table. */
  source(name: string | undefined): number {
    const at = name === undefined ? 0 : this.#names.indexOf(name);
    if (at < 0) throw sqlError(`\`${name}\` is not in scope`);
    return at;
  }

  column({ table, column }: ColumnRef): BoundColumn {
    if (table === undefined && this.sources.length > 1) throw sqlError('Names must be qualified when using joins');
    const source = this.source(table);
    const at = this.sources[source]!.def.columns.findIndex(({ name, key }) => name === column || key === column);
    if (at >= 0) return { source, column: at };
    throw sqlError(
      table === undefined ? `\`${column}\` is not in scope` : `\`${table}\` does not have a field \`${column}\``,
    );
  }

  def({ source, column }: BoundColumn): ColumnDef {
    return this.sources[source]!.def.columns[column]!;
  }
}

export function refuseTable(name: string): never {
  throw sqlError(`no such table: \`${name}\`. If the table exists, it may be marked private.`);
}
