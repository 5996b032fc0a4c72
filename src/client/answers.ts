import type { AlgebraicType } from '../values/index.ts';
import { SpacetickError } from '../values/index.ts';
import type { ClientProtocol, OneOffQueryResult, ProcedureResult, Row } from '../wire/index.ts';
import type { Calls } from './calls.ts';
import { asError, InternalError } from './errors.ts';

/** What a pending call of a procedure remembers of it. */
export interface ProcedureArgs {
  readonly args: unknown;
  readonly returnType: AlgebraicType;
}

/** Answers to what only the asker hears of: procedures and one-off queries. */
export class Answers {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  procedure({ requestId, outcome }: ProcedureResult, protocol: ClientProtocol): void {
    const call = this.#calls.take(requestId, 'procedure');
    if (call === undefined) return;
    if ('error' in outcome) {
      call.reject(new InternalError(outcome.error));
      return;
    }
    try {
      const { returnType } = call.args as ProcedureArgs;
      call.resolve(protocol.decodeValue(returnType, outcome.returned, `what ${call.def.name} returned`));
    } catch (error) {
      call.reject(asError(error)); // the bindings are of another version; the connection can go on
    }
  }

  query({ requestId, outcome }: OneOffQueryResult): void {
    const call = this.#calls.take(requestId, 'query');
    if (call === undefined) return;
    if ('error' in outcome) call.reject(new SpacetickError('E_QUERY', outcome.error));
    else call.resolve(outcome.tables.flatMap(({ inserts }): readonly Row[] => inserts));
  }
}
