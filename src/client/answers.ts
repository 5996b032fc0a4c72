import { type AlgebraicType, SpacetickError, type WireCodec } from '../values/index.ts';
import type { ClientProtocol, OneOffQueryResult, ProcedureResult, Row } from '../wire/index.ts';
import type { Calls } from './calls.ts';
import { asError, InternalError } from './errors.ts';

/** What a pending call of a procedure remembers of it. */
export interface ProcedureArgs {
  readonly args: unknown;
  readonly returnType: AlgebraicType;
  readonly resultCodec: WireCodec<unknown> | undefined;
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
      const { returnType, resultCodec } = call.args as ProcedureArgs;
      const path = `what ${call.def.name} returned`;
      call.resolve(protocol.decodeValue(returnType, outcome.returned, path, resultCodec));
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
