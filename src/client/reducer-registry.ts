import { type ReducerDef, type ReducerSchema, toPascalCase } from '../schema/index.ts';
import { Listeners } from './cache/listeners.ts';
import type { Context } from './context.ts';
import { InternalError } from './errors.ts';
import type { ReducerEvent } from './event.ts';

export type ReducerListener = (context: Context<ReducerEvent>, args: unknown) => void;

/** A reducer of the bindings, with those who observe it. */
export interface RegisteredReducer {
  readonly def: ReducerDef;
  readonly listeners: Listeners<ReducerListener>;
}

/** The reducers of the bindings by their names on the wire. */
export class ReducerRegistry {
  readonly #reducers: ReadonlyMap<string, RegisteredReducer>;

  constructor(schemas: readonly ReducerSchema[]) {
    this.#reducers = new Map(
      schemas.map(({ def }) => [def.name, { def, listeners: new Listeners<ReducerListener>() }] as const),
    );
  }

  get(name: string): RegisteredReducer | undefined {
    return this.#reducers.get(name);
  }

  /** @param name on the wire, or the accessor */
  find(name: string): ReducerDef | undefined {
    const known = this.#reducers.get(name)?.def;
    if (known !== undefined) return known;
    for (const { def } of this.#reducers.values()) if (def.accessor === name) return def;
    return undefined;
  }

  unknown(detail: string): InternalError {
    return new InternalError(
      `There is no reducer ${detail} in the bindings; they have: ${[...this.#reducers.keys()].join(', ') || 'none'}. ` +
        'Was it renamed? Generate the bindings again.',
    );
  }

  /** The runtime of `conn.reducers`. */
  view(call: (reducer: ReducerDef, args: unknown) => Promise<void>): object {
    const view: Record<string, unknown> = {};
    for (const { def, listeners } of this.#reducers.values()) {
      const name = toPascalCase(def.name);
      view[`on${name}`] ??= (listener: ReducerListener) => listeners.add(listener);
      view[`removeOn${name}`] ??= (listener: ReducerListener) => listeners.remove(listener);
    }
    for (const { def } of this.#reducers.values()) {
      const reducer = (args: unknown) => call(def, args);
      Object.defineProperty(reducer, 'name', { value: def.accessor }); // error texts of callers name it
      view[def.accessor] = reducer;
    }
    return Object.freeze(view);
  }
}

/** Arguments by name, as a caller may give them. A single one may be given by itself, unless it is a plain object. */
export function argumentsOf(reducer: Pick<ReducerDef, 'params'>, given: unknown): unknown {
  const { elements } = reducer.params;
  if (elements.length === 0) return {};
  return elements.length === 1 && !isPlainObject(given) ? { [elements[0]!.key]: given } : given;
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
