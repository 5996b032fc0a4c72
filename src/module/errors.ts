import { SpacetickError } from '../values/index.ts';

/** Thrown by a reducer to refuse: the caller sees the text, and nothing of the transaction stays. */
export class SenderError extends SpacetickError {
  constructor(message: string) {
    super('E_SENDER', message);
    this.name = 'SenderError';
  }
}

/** Names and numbers of what the host refuses (`api.md` 3.8). */
export const HOST_ERROR_CODES = Object.freeze({
  HostCallFailure: 1,
  NotInTransaction: 2,
  BsatnDecodeError: 3,
  NoSuchTable: 4,
  NoSuchIndex: 5,
  UniqueAlreadyExists: 12,
  ScheduleAtDelayTooLong: 13,
  IndexNotUnique: 14,
  NoSuchRow: 15,
  AutoIncOverflow: 16,
});

export type HostErrorName = keyof typeof HOST_ERROR_CODES;

/** What a table operation throws when the host refuses it. `errorName` says why. */
export class SpacetimeHostError extends SpacetickError {
  readonly errorName: HostErrorName;
  /** The real system's number for it. */
  readonly hostCode: number;

  constructor(errorName: HostErrorName, message: string) {
    super(`E_HOST_${toUpperSnake(errorName)}`, message);
    this.name = errorName;
    this.errorName = errorName;
    this.hostCode = HOST_ERROR_CODES[errorName];
  }
}

function toUpperSnake(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

/** A module that cannot be. @throws SpacetickError E_MODULE */
export function refuseModule(reason: string): never {
  throw new SpacetickError('E_MODULE', reason);
}
