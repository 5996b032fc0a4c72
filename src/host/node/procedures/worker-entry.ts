import { workerData } from 'node:worker_threads';
import { errors } from '../../../module/errors.ts';
import { bytesOf, type FetchOptions, type HttpClient, SyncResponse } from '../../../module/http.ts';
import type { LoadedModule, ReducerCtx } from '../../../module/index.ts';
import { decodeBsatn, encodeBsatn, Identity, Timestamp } from '../../../values/index.ts';
import { failureOf, failureOfReturn } from '../../failure.ts';
import { enterModule, leaveModule } from '../../globals.ts';
import { moduleConsole } from '../../module-console.ts';
import { nested } from '../../procedures/inline-runner.ts';
import { checkedReturn, type ProcedureResult } from '../../procedures/outcome.ts';
import { ProcedureContext } from '../../procedures/procedure-context.ts';
import { loadProgram } from '../../program.ts';
import { seedOf } from '../../random.ts';
import { type Caller, ReducerContext } from '../../reducer-context.ts';
import { Link, WORKER_END } from './link.ts';
import type { CallOrder, FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { unpack } from './parcel.ts';
import { remoteDb } from './remote-db.ts';
import { receivedError } from './sent-error.ts';

// The thread of a procedure: loads the module, runs one call at a time, and asks the thread of the databases for
// everything else, standing still until it answers.

const { source, counters, port } = workerData as WorkerStart;
const link = new Link<ToWorker, FromWorker>(port, counters, WORKER_END);
const module: LoadedModule = loadProgram(
  source,
  moduleConsole((level, message) => link.send({ kind: 'log', level, message })),
);
let isInTransaction = false;

const db = remoteDb(module.tables, (operation) => {
  if (!isInTransaction) {
    throw new errors.NotInTransaction(
      'tx.db was used after the function of withTx had returned. Keep no tx for later.',
    );
  }
  link.send({ kind: 'operation', operation });
  const answer = link.receive();
  return answer.kind === 'value' ? answer.value : refused(answer);
}) as ReducerCtx['db'];

function refused(answer: ToWorker): never {
  throw receivedError(
    answer.kind === 'error' ? answer.error : { name: 'Error', code: undefined, message: `unexpected ${answer.kind}` },
  );
}

const http: HttpClient = Object.freeze({
  fetch(url: string | URL, options: FetchOptions = {}): SyncResponse {
    if (isInTransaction) {
      throw new errors.WouldBlockTransaction(
        'ctx.http.fetch was called inside withTx: everybody would wait for the answer. Fetch between transactions.',
      );
    }
    const { method = 'GET', headers, body, timeout } = options;
    const sent = new Headers(headers as HeadersInit | undefined);
    if (typeof body === 'string' && !sent.has('content-type')) sent.set('content-type', 'text/plain;charset=UTF-8');
    link.send({
      kind: 'fetch',
      request: {
        url: String(url),
        method,
        headers: [...sent],
        body: body === undefined || body === null ? undefined : bytesOf(body),
        timeoutMs: timeout === undefined ? undefined : Number(timeout.micros / 1000n),
      },
    });
    const answer = link.receive();
    return answer.kind === 'fetched' ? new SyncResponse(answer.answer.body, answer.answer) : refused(answer);
  },
});

function transact<R>(caller: Caller, databaseIdentity: Identity, body: (tx: ReducerCtx) => R): R {
  if (isInTransaction) throw nested();
  link.send({ kind: 'begin' });
  const begun = link.receive();
  if (begun.kind !== 'begun') return refused(begun);
  const { micros } = begun;
  isInTransaction = true;
  let result: R;
  try {
    result = body(new ReducerContext(db, databaseIdentity, caller, new Timestamp(micros), seedOf(micros)));
    const failure = failureOfReturn('The function of withTx', result);
    if (failure !== undefined) throw new errors.HostCallFailure(failure.message);
  } catch (error) {
    isInTransaction = false;
    link.send({ kind: 'abort' });
    link.receive();
    throw error;
  }
  isInTransaction = false;
  link.send({ kind: 'commit' });
  const ended = link.receive();
  return ended.kind === 'ended' ? result : refused(ended);
}

function run({ procedure: name, args, caller: packed, databaseIdentity, micros }: CallOrder): ProcedureResult {
  const procedure = module.procedures.find((each) => each.name === name)!;
  const caller = unpack(packed) as Caller;
  const identity = new Identity(databaseIdentity);
  const world = { http, transact: <R>(body: (tx: ReducerCtx) => R): R => transact(caller, identity, body) };
  const ctx = new ProcedureContext(world, identity, caller, new Timestamp(micros), seedOf(micros));
  enterModule();
  try {
    const returned = procedure.run(ctx as never, decodeBsatn(procedure.params, args, name) as never);
    const failure = failureOfReturn(name, returned);
    if (failure !== undefined) return { failure };
    const checked = checkedReturn(name, procedure.returnType, returned);
    return { returned: encodeBsatn(procedure.returnType, checked, name) };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    leaveModule();
  }
}

link.send({ kind: 'ready' });
port.on('message', (order: CallOrder) => link.send({ kind: 'done', result: run(order) }));
