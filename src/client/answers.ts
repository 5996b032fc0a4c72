import { SpacetickError } from '../values/index.ts';
import type { OneOffQueryResult, ProcedureResult, Row } from '../wire/index.ts';
import { takeCall } from './calls.ts';
import { asError, InternalError } from './errors.ts';
import type { Parts } from './parts.ts';
import type { ProcedureSchema } from './procedure.ts';

// Answers to what only the asker hears of: procedures and one-off queries.

export function procedureAnswered(parts: Parts, { requestId, outcome }: ProcedureResult): void {
  const call = takeCall(parts, requestId, 'procedure');
  if (call === undefined) return;
  if ('error' in outcome) {
    call.reject(new InternalError(outcome.error));
    return;
  }
  try {
    const { returnType, resultCodec } = call.args as ProcedureSchema;
    const path = `what ${call.def.name} returned`;
    call.resolve(parts.link.protocol!.decodeValue(returnType.algebraicType, outcome.returned, path, resultCodec));
  } catch (error) {
    call.reject(asError(error)); // the bindings are of another version; the connection can go on
  }
}

export function queryAnswered(parts: Parts, { requestId, outcome }: OneOffQueryResult): void {
  const call = takeCall(parts, requestId, 'query');
  if (call === undefined) return;
  if ('error' in outcome) call.reject(new SpacetickError('E_QUERY', outcome.error));
  else call.resolve(outcome.tables.flatMap(({ inserts }): readonly Row[] => inserts));
}
