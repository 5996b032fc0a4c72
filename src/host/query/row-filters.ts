import { parseQuery, type RowsQuery, sqlError } from '../../schema/index.ts';
import { Identity, SpacetickError } from '../../values/index.ts';
import type { TableStore } from '../store/table-store.ts';
import { bindSelect } from './bind.ts';
import { type BoundQuery, moved } from './bound.ts';

const FIRST_TABLE_ID = 4097; // the real host keeps the ids up to 4096 to itself
const MAX_ALTERNATIVES = 64; // queries that one query may become by the rules of its tables

/** A module's rules on rows: what others than the owner see of a table is what at least one of its rules gives. */
export class RowFilters {
  readonly #stores: readonly TableStore[];
  readonly #rules = new Map<TableStore, RowsQuery[]>();

  /**
   * @param rules queries for rows of the table that each is about; they may look at private tables
   * @throws SpacetickError E_SCHEMA with the rule that cannot be
   */
  constructor(rules: readonly string[], stores: readonly TableStore[]) {
    this.#stores = stores;
    for (const sql of rules) {
      try {
        const rule = parseQuery(sql);
        const table = this.#bind(rule, Identity.zero()).sources[0]!;
        this.#rules.set(table, [...(this.#rules.get(table) ?? []), rule]);
      } catch (error) {
        throw new SpacetickError('E_SCHEMA', `Row filter: ${(error as Error).message}, executing: \`${sql}\``);
      }
    }
  }

  /**
   * The queries that together give what the caller may see of a query: one for each combination of rules of its tables.
   * @throws SpacetickError E_SQL when rules lead back to their own table
   */
  applied(query: BoundQuery, caller: Identity): BoundQuery[] {
    return this.#rules.size === 0 ? [query] : this.#applied(query, 0, caller, []);
  }

  /** @param from the first of the tables to be filtered. @param within tables whose rules lead here */
  #applied(query: BoundQuery, from: number, caller: Identity, within: readonly TableStore[]): BoundQuery[] {
    let queries = [query];
    for (let source = from; source < query.sources.length; source++) {
      const rules = this.#rulesOf(query.sources[source]!, caller, within);
      if (rules === undefined) continue;
      queries = queries.flatMap((each) => rules.map((rule) => narrowed(each, source, rule)));
      if (queries.length > MAX_ALTERNATIVES) {
        throw sqlError(`Unsupported: row filters that make more than ${MAX_ALTERNATIVES} queries of one`);
      }
    }
    return queries;
  }

  #rulesOf(store: TableStore, caller: Identity, within: readonly TableStore[]): BoundQuery[] | undefined {
    const rules = this.#rules.get(store);
    if (rules === undefined) return undefined;
    if (within.includes(store)) {
      const id = FIRST_TABLE_ID + this.#stores.indexOf(store);
      throw sqlError(`Discovered cyclic dependency when resolving RLS rules for table id ${id}`);
    }
    return rules.flatMap((rule) => this.#applied(this.#bind(rule, caller), 1, caller, [...within, store]));
  }

  /** A rule with the table it is about in front. */
  #bind(rule: RowsQuery, caller: Identity): BoundQuery {
    const find = (name: string) =>
      this.#stores.find(({ def }) => def.name === name) ?? this.#stores.find(({ def }) => def.accessor === name);
    const { query, scope } = bindSelect(rule, find, caller);
    return inFront(query, scope.source(rule.projection.table));
  }
}

/** The query with one of its tables as the first. */
export function inFront({ sources, conditions }: BoundQuery, first: number): BoundQuery {
  if (first === 0) return { sources, conditions };
  return {
    sources: [sources[first]!, ...sources.filter((_, i) => i !== first)],
    conditions: conditions.map((each) => moved(each, (i) => (i === first ? 0 : i < first ? i + 1 : i))),
  };
}

/** The query with a rule on one of its tables, which is the rule's first. */
function narrowed(query: BoundQuery, source: number, rule: BoundQuery): BoundQuery {
  const { length } = query.sources;
  return {
    sources: [...query.sources, ...rule.sources.slice(1)],
    conditions: [
      ...query.conditions,
      ...rule.conditions.map((each) => moved(each, (i) => (i === 0 ? source : length + i - 1))),
    ],
  };
}
