import { TimeDuration, Timestamp } from '../values/index.ts';
import type { CallProcedureMessage, CallReducerMessage } from '../wire/index.ts';
import { encodeValue } from './args.ts';
import type { Database } from './database.ts';
import type { CallOutcome } from './reducer-calls.ts';
import type { Session } from './session.ts';

const NO_REDUCER = 0xffffffff; // stands for the number of a reducer that does not exist (wire.md 3.3)
// A procedure that failed has no time, and took none (wire.md 4.3).
const NEVER = new Timestamp(0n);
const NO_TIME = new TimeDuration(0n);

/** Runs what one client calls, and answers. */
export class CallRequests {
  readonly #database: Database;
  readonly #session: Session;
  /** The call that is running: it may be stopped. */
  #running: CallReducerMessage | undefined;

  constructor(database: Database, session: Session) {
    this.#database = database;
    this.#session = session;
  }

  /** Runs a reducer; a commit answers by itself, as part of telling everybody. */
  callReducer(message: CallReducerMessage): void {
    const session = this.#session;
    const { requestId, reducer, args, isQuiet = false } = message;
    const bytes = args.encoding === 'bsatn' ? args.bytes : undefined;
    this.#running = message;
    const outcome = this.#database.call(reducer, args, session, { session, requestId, args: bytes, isQuiet });
    this.#running = undefined;
    if (outcome.status !== 'Committed') this.#tellFailure(message, outcome);
  }

  /** A reducer that this client called, if one was running, was stopped in the middle. */
  stopped(error: string): void {
    const message = this.#running;
    this.#running = undefined;
    if (message === undefined) return;
    this.#tellFailure(message, { status: 'InternalError', at: this.#database.now(), error });
  }

  /** Runs a procedure, and answers when it has ended: perhaps much later. */
  callProcedure({ requestId, procedure, args }: CallProcedureMessage): void {
    const session = this.#session;
    const { protocol } = session;
    this.#database.callProcedure(procedure, args, session, (outcome) => {
      const { at, took } = outcome;
      if (outcome.status !== 'Returned') return this.#tellProcedureFailure(requestId, outcome.error);
      const returned = encodeValue(protocol.encoding, outcome.returnType, outcome.returned, procedure);
      session.answer(protocol.procedureResult(requestId, at, took, { returned }));
    });
  }

  /** Answers a call with an error instead of running it. */
  refuse(message: CallReducerMessage | CallProcedureMessage, error: string): void {
    if (message.tag === 'CallProcedure') this.#tellProcedureFailure(message.requestId, error);
    else this.#tellFailure(message, { status: 'InternalError', at: this.#database.now(), error });
  }

  #tellProcedureFailure(requestId: number, error: string): void {
    this.#session.send(this.#session.protocol.procedureResult(requestId, NEVER, NO_TIME, { error }));
  }

  #tellFailure(message: CallReducerMessage, outcome: Exclude<CallOutcome, { status: 'Committed' }>): void {
    if (message.isQuiet) return;
    const session = this.#session;
    const { requestId, reducer: name, args } = message;
    const { status, error, isUnstarted = false } = outcome;
    const at = this.#database.module.reducers.findIndex((reducer) => reducer.name === name);
    const reducer = {
      name,
      id: at < 0 ? NO_REDUCER : at,
      caller: session.identity,
      connectionId: session.connectionId,
      requestId: isUnstarted ? 0 : requestId, // as the real host tells it on v1 (wire.md 3.3)
      args: isUnstarted || args.encoding !== 'bsatn' ? undefined : args.bytes,
    };
    session.send(session.protocol.reducerFailed(outcome.at, { requestId, status, error, reducer }));
  }
}
