import type { ReducerDef } from '../schema/index.ts';
import type { CallDef, ClientProtocol, Row } from '../wire/index.ts';
import { lostCall } from './end.ts';
import { InternalError } from './errors.ts';
import type { Parts } from './parts.ts';
import type { ProcedureSchema } from './procedure.ts';
import { Settlement } from './settlement.ts';

type CallKind = 'reducer' | 'procedure' | 'query';

/** A call whose outcome is not known yet. */
export interface PendingCall {
  readonly kind: CallKind;
  readonly def: Pick<CallDef, 'name'>;
  /** Of a reducer: as the caller gave them. Of a procedure: its schema, which knows what it returns. */
  readonly args: unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An id for a request; answers repeat it. Ours begin at 1. */
export function nextRequest(parts: Parts): number {
  parts.requests = (parts.requests + 1) >>> 0;
  return parts.requests;
}

function ask<T>(
  parts: Parts,
  kind: CallKind,
  def: Pick<CallDef, 'name'>,
  args: unknown,
  encode: (protocol: ClientProtocol, requestId: number) => Uint8Array,
): Promise<T> {
  const { link, calls } = parts;
  const requestId = nextRequest(parts);
  const send = (resolve: (value: T) => void, reject: (reason: unknown) => void): void => {
    if (link.isOver) throw lostCall(parts.endedBy, false);
    link.send((protocol) => encode(protocol, requestId));
    calls.set(requestId, { kind, def, args, resolve: resolve as PendingCall['resolve'], reject });
  };
  return new Settlement<T>(send, `${kind} ${def.name}`, parts);
}

/** Calls a reducer. */
export function callReducer(parts: Parts, def: ReducerDef, given: unknown): Promise<void> {
  const args = argumentsOf(def, given);
  return ask(parts, 'reducer', def, args, (protocol, requestId) => protocol.callReducer(requestId, def, args));
}

/** @param name on the wire, or the accessor */
export function callByName(parts: Parts, name: string, args: unknown): Promise<void> {
  const known = [...parts.registry.values()].map(({ def }) => def);
  const found = known.find((def) => def.name === name) ?? known.find((def) => def.accessor === name);
  if (found !== undefined) return callReducer(parts, found, args);
  const refuse = (_: unknown, reject: (reason: unknown) => void): void => reject(unknownReducer(name, known));
  return new Settlement<void>(refuse, `reducer ${name}`, parts);
}

function unknownReducer(detail: string, known: readonly ReducerDef[]): InternalError {
  return new InternalError(
    `There is no reducer ${detail} in the bindings; they have: ${known.map(({ name }) => name).join(', ') || 'none'}. ` +
      'Was it renamed? Generate the bindings again.',
  );
}

/** Calls a procedure. */
export function callProcedure(parts: Parts, schema: ProcedureSchema, given: unknown): Promise<unknown> {
  const { def } = schema;
  const args = argumentsOf(def, given);
  return ask(parts, 'procedure', def, schema, (protocol, requestId) => protocol.callProcedure(requestId, def, args));
}

/** @param query gives whole rows of one table */
export function oneOffQuery(parts: Parts, query: string): Promise<Row[]> {
  const def = { name: query };
  return ask(parts, 'query', def, def, (protocol, requestId) => protocol.oneOffQuery(requestId, query));
}

/** The call with this id, which is no longer pending then. */
export function takeCall({ calls }: Parts, requestId: number, kind: CallKind): PendingCall | undefined {
  const call = calls.get(requestId);
  if (call?.kind !== kind) return undefined;
  calls.delete(requestId);
  return call;
}

/** Arguments by name, as a caller may give them. A single one may be given by itself, unless it is a plain object. */
function argumentsOf({ params }: Pick<ReducerDef, 'params'>, given: unknown): unknown {
  const [first, second] = params.elements;
  if (first === undefined) return {};
  return second === undefined && !isPlainObject(given) ? { [first.key]: given } : given;
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
