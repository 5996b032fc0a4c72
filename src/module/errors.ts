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
  NoSuchIter: 6,
  NoSuchConsoleTimer: 7,
  NoSuchBytes: 8,
  NoSpace: 9,
  BufferTooSmall: 11,
  UniqueAlreadyExists: 12,
  ScheduleAtDelayTooLong: 13,
  IndexNotUnique: 14,
  NoSuchRow: 15,
  AutoIncOverflow: 16,
  WouldBlockTransaction: 17,
  TransactionNotAnonymous: 18,
  TransactionIsReadOnly: 19,
  TransactionIsMut: 20,
  HttpError: 21,
});

export type HostErrorName = keyof typeof HOST_ERROR_CODES;

/** What a table operation throws when the host refuses it. `errorName` says why; `errors` has a class for each. */
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

/** Class of one kind of host error. */
export interface HostErrorClass {
  new (message?: string): SpacetimeHostError;
}

/** The host's errors by name: `catch (error) { if (error instanceof errors.UniqueAlreadyExists) ... }`. */
export const errors: { readonly [N in HostErrorName]: HostErrorClass } = Object.freeze(
  Object.fromEntries(
    (Object.keys(HOST_ERROR_CODES) as HostErrorName[]).map((name) => [name, hostErrorClass(name)]),
  ) as Record<HostErrorName, HostErrorClass>,
);

function hostErrorClass(name: HostErrorName): HostErrorClass {
  const errorClass = class extends SpacetimeHostError {
    constructor(message: string = name) {
      super(name, message);
    }
  };
  Object.defineProperty(errorClass, 'name', { value: name });
  return errorClass;
}

function toUpperSnake(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

/** A module that cannot be. @throws SpacetickError E_MODULE */
export function refuseModule(reason: string): never {
  throw new SpacetickError('E_MODULE', reason);
}
