import { parseStatement, sqlError } from '../../schema/index.ts';
import { SpacetickError } from '../../values/index.ts';
import type { Access } from './access.ts';
import { type ChangeCounts, type ChangeStatement, NO_CHANGES, runChange } from './changes.ts';
import { refuseTable } from './scope.ts';
import { type ResultRows, runSelect } from './select.ts';
import type { Settings } from './settings.ts';

/** What came of a statement. */
export interface SqlAnswer extends ResultRows {
  readonly stats: ChangeCounts;
}

/** What a statement may do beyond reading. */
export interface SqlContext {
  readonly access: Access;
  readonly isOwner: boolean;
  readonly settings: Settings;
  /** Whether a name is a view's, which nobody writes to. */
  readonly isView: (name: string) => boolean;
  /** Runs a change as a transaction. */
  readonly transact: (change: () => ChangeCounts) => ChangeCounts;
}

const NO_ROWS: ResultRows = Object.freeze({ schema: [], rows: [] });

/**
 * Runs one statement (`api.md` 5.1).
 * @throws SpacetickError E_SQL; E_NOT_OWNER for changes by others; what a table refuses
 */
export function runSql(sql: string, context: SqlContext): SqlAnswer {
  const statement = parseStatement(sql);
  const { access, isOwner, settings } = context;
  if (statement.kind === 'select') return { ...runSelect(statement, access), stats: NO_CHANGES };
  if (statement.kind === 'show') return { ...settings.show(statement.name), stats: NO_CHANGES };
  if (!isOwner) {
    throw new SpacetickError(
      'E_NOT_OWNER',
      `${access.caller.hex} is not authorized to change rows or settings by SQL: only the owner of a database is.`,
    );
  }
  if (statement.kind === 'set') {
    settings.set(statement.name, statement.value);
    return { ...NO_ROWS, stats: NO_CHANGES };
  }
  return { ...NO_ROWS, stats: change(statement, context) };
}

function change(statement: ChangeStatement, { access, isView, transact }: SqlContext): ChangeCounts {
  const { table } = statement;
  if (isView(table)) throw sqlError(`\`${table}\` is a view; DML on views is not supported`);
  const store = access.find(table, access.caller) ?? refuseTable(table);
  return transact(() => runChange(statement, store, access.caller));
}
