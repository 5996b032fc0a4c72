import type { LoadedReducer } from '../module/index.ts';
import type { Lifecycle } from '../schema/index.ts';
import type { Timestamp } from '../values/index.ts';
import type { EncodedArgs } from '../wire/index.ts';
import { decodeArgs, publicArgsOf } from './args.ts';
import type { CallFailure, CallLog } from './call-log.ts';
import { mayCall, whyNotCalled } from './callable.ts';
import { type Failure, failureOf, failureOfReturn } from './failure.ts';
import type { CallRequest } from './fanout.ts';
import { enterModule } from './globals.ts';
import { traceOf } from './module-trace.ts';
import type { Caller } from './reducer-context.ts';
import type { Transactor } from './transactor.ts';

/** How a call of a reducer ended. */
export type CallOutcome =
  | { readonly status: 'Committed'; readonly at: Timestamp }
  | (CallFailure & {
      readonly at: Timestamp;
      /** Set when no reducer ran: there is none, or the arguments do not fit. */
      readonly isUnstarted?: true;
    });

/** Runs a module's reducers, each as one transaction. */
export class ReducerCalls {
  readonly #transactor: Transactor;
  readonly #log: CallLog;

  constructor(transactor: Transactor, log: CallLog) {
    this.#transactor = transactor;
    this.#log = log;
  }

  /**
   * A call from outside.
   * @param name on the wire, or in camel case
   * @param isOwner the database's owner also calls what rows schedule
   * @param request who is to be told, over a connection
   */
  call(
    name: string,
    args: EncodedArgs,
    caller: Caller,
    isOwner: boolean,
    request: CallRequest | undefined,
  ): CallOutcome {
    const reducer = this.#transactor.running.reducer(name);
    if (reducer === undefined) return this.#refuse(`no such reducer: ${name}`);
    if (!mayCall(reducer, isOwner)) return this.#refuse(whyNotCalled('reducer', reducer));
    let decoded: unknown;
    try {
      decoded = decodeArgs({ kind: 'reducer', name: reducer.name, params: reducer.params }, args);
    } catch (error) {
      return this.#refuse((error as Error).message);
    }
    return this.run(reducer, decoded, caller, this.#transactor.now(), request);
  }

  /** Runs the module's reducer for a turn of its life; undefined when it has none. */
  runLifecycle(lifecycle: Lifecycle, caller: Caller): CallOutcome | undefined {
    const reducer = this.#transactor.running.lifecycle(lifecycle);
    return reducer && this.run(reducer, {}, caller, this.#transactor.now());
  }

  /** @param args checked */
  run(reducer: LoadedReducer, args: unknown, caller: Caller, at: Timestamp, request?: CallRequest): CallOutcome {
    const transactor = this.#transactor;
    // Before the reducer may change its arguments.
    const publicArgs = publicArgsOf(reducer, args);
    this.#log.running = reducer.name;
    const context = transactor.begin(caller, at);
    let failure: Failure | undefined;
    enterModule();
    try {
      failure = failureOfReturn(reducer.name, reducer.run(context as never, args as never));
      if (failure === undefined) transactor.stageViews();
    } catch (error) {
      failure = failureOf(error);
    }
    transactor.leaveModule();
    const { module } = transactor.running;
    if (failure !== undefined) {
      transactor.rollback();
      return { ...this.#log.failed(failure, traceOf(module)), at };
    }
    this.#log.running = undefined;
    const id = module.reducers.indexOf(reducer);
    transactor.commit({ name: reducer.name, id, caller, publicArgs, request }, at);
    return { status: 'Committed', at };
  }

  #refuse(error: string): CallOutcome {
    return { status: 'InternalError', at: this.#transactor.now(), error, isUnstarted: true };
  }
}
