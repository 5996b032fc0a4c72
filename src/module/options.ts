import type { AnyTable, CasePolicy } from '../schema/index.ts';

/** Options of a reducer (`api.md` 3.4). */
export interface ReducerOptions {
  /** Name on the wire; the export's name in snake case when left out. */
  readonly name?: string;
  /** Runs for the rows of this table when they are due. */
  readonly onSchedule?: AnyTable;
  /** Whether other clients see the arguments of a call. Default false: arguments may be private. */
  readonly publicArgs?: boolean;
}

/** Options of a procedure (`api.md` 3.4). */
export type ProcedureOptions = Pick<ReducerOptions, 'name' | 'onSchedule'>;

/** Options of a view (`api.md` 3.4). */
export interface ViewOptions {
  /** Name on the wire; the export's name in snake case when left out. */
  readonly name?: string;
  /** Views are public; it must be said. */
  readonly public: true;
}

/** How identifiers become names on the wire. */
export const CaseConversionPolicy = Object.freeze({ None: 'None', SnakeCase: 'SnakeCase' } as const);

/** Second argument of `schema` (`api.md` 3.4). */
export interface ModuleSettings {
  /** Default `SnakeCase`. */
  readonly CASE_CONVERSION_POLICY?: CasePolicy;
}
