import { useCallback } from 'react';
import { InternalError, type ProcedureFunctionOf, type ProcedureSchema } from '../client/index.ts';
import { useKeeper } from './provider.ts';

type Call = (args: unknown) => Promise<unknown>;

/**
 * A function that calls the procedure, the same in every render: `const rollDice = useProcedure(procedures.rollDice)`. What
 * it returns settles like `conn.procedures.rollDice(...)`; called while the connection is lost it is rejected.
 */
export function useProcedure<S extends ProcedureSchema>(procedure: S): ProcedureFunctionOf<S> {
  const keeper = useKeeper('useProcedure');
  const call: Call = useCallback(
    (args) => {
      const calls = keeper.connectionForCall().procedures as Readonly<Record<string, Call>>;
      const { name, def } = procedure;
      return calls[def.accessor]?.(args) ?? Promise.reject(unknown(name));
    },
    [keeper, procedure],
  );
  return call as ProcedureFunctionOf<S>;
}

function unknown(name: string): InternalError {
  return new InternalError(
    `There is no procedure ${name} in the bindings of the connection. Import procedures from the bindings whose ` +
      'DbConnection the provider was given.',
  );
}
