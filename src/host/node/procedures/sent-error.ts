import { errors, type HostErrorName } from '../../../module/errors.ts';
import { SpacetickError } from '../../../values/index.ts';
import type { SentError } from './messages.ts';

/** An error as it can be sent to another thread. */
export function sentError(thrown: unknown): SentError {
  if (!(thrown instanceof Error)) return { name: 'Error', code: undefined, message: String(thrown) };
  return { name: thrown.name, code: (thrown as Partial<SpacetickError>).code, message: thrown.message };
}

/** The error that was sent: of the class that module code would have seen in one thread, as far as it asks for one. */
export function receivedError({ name, code, message }: SentError): Error {
  if (name in errors) return new errors[name as HostErrorName](message);
  const error = code === undefined ? new Error(message) : new SpacetickError(code, message);
  error.name = name;
  return error;
}
