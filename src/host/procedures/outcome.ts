import { type AlgebraicType, codecOf, copyValue, type TimeDuration, type Timestamp } from '../../values/index.ts';
import type { Failure } from '../failure.ts';

/** How a procedure ended. `Failed` is the module's refusal, `InternalError` everything else. */
export type ProcedureOutcome =
  | {
      readonly status: 'Returned';
      /** When it was called, and how long it took. */
      readonly at: Timestamp;
      readonly took: TimeDuration;
      readonly returned: unknown;
      readonly returnType: AlgebraicType;
    }
  | {
      readonly status: 'Failed' | 'InternalError';
      readonly at: Timestamp;
      readonly took: TimeDuration;
      readonly error: string;
    };

/** What a procedure did, before anybody is told: a value that fits its type, or what went wrong. */
export type ProcedureResult = { readonly returned: unknown } | { readonly failure: Failure };

/** @throws ValueError when a procedure did not return what it declares */
export function checkedReturn(name: string, type: AlgebraicType, returned: unknown): unknown {
  return copyValue(type, codecOf(type), returned, `${name} returned`);
}
