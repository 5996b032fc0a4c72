import type { BsatnReader } from '../../values/index.ts';
import type { CallProcedureMessage, CallReducerMessage, ClientMessage, SubscribeForm } from '../messages.ts';
import { wireError } from './decoding.ts';

// What clients send. Field orders differ between v1 (wire.md 3.1) and v2 (wire.md 4.1).

const LEGACY_SET = 0; // stands in for the name that the legacy form does not give
const TEXT_BYTES = 4; // an empty text is its length
const SEND_DROPPED_ROWS = 1;
const NO_SUCCESS_NOTIFY = 1;

/** One message of v1. @throws SpacetickError E_WIRE_DECODE; ValueError; RangeError */
export function readV1(reader: BsatnReader): ClientMessage {
  const tag = reader.u8();
  switch (tag) {
    case 0: {
      const name = reader.string();
      const args = reader.byteArray();
      const requestId = reader.u32();
      return { ...callReducer(requestId, name, args), isQuiet: flagOf(reader, 1) === NO_SUCCESS_NOTIFY };
    }
    case 1: {
      const queries = texts(reader);
      return { tag: 'Subscribe', requestId: reader.u32(), querySetId: LEGACY_SET, queries, form: 'Legacy' };
    }
    case 2:
      return { tag: 'OneOffQuery', requestId: 0, messageId: reader.byteArray(), query: reader.string() };
    case 3:
      return subscribe(reader, [reader.string()], 'Single');
    case 4:
      return subscribe(reader, texts(reader), 'Multi');
    case 5:
    case 6: {
      const form = tag === 5 ? 'Single' : 'Multi';
      return { tag: 'Unsubscribe', requestId: reader.u32(), querySetId: reader.u32(), wantsRows: true, form };
    }
    case 7: {
      const name = reader.string();
      const args = reader.byteArray();
      const requestId = reader.u32();
      flagOf(reader, 0);
      return callProcedure(requestId, name, args);
    }
    default:
      throw wireError(`its tag is ${tag}`);
  }
}

/** One message of v2 and v3. @throws SpacetickError E_WIRE_DECODE; ValueError; RangeError */
export function readV2(reader: BsatnReader): ClientMessage {
  const tag = reader.u8();
  if (tag > 4) throw wireError(`its tag is ${tag}`);
  const requestId = reader.u32();
  switch (tag) {
    case 0:
      return { tag: 'Subscribe', requestId, querySetId: reader.u32(), queries: texts(reader) };
    case 1: {
      const querySetId = reader.u32();
      return { tag: 'Unsubscribe', requestId, querySetId, wantsRows: flagOf(reader, 1) === SEND_DROPPED_ROWS };
    }
    case 2:
      return { tag: 'OneOffQuery', requestId, query: reader.string() };
    default: {
      flagOf(reader, 0);
      const call = tag === 3 ? callReducer : callProcedure;
      return call(requestId, reader.string(), reader.byteArray());
    }
  }
}

function subscribe(reader: BsatnReader, queries: readonly string[], form: SubscribeForm): ClientMessage {
  return { tag: 'Subscribe', requestId: reader.u32(), querySetId: reader.u32(), queries, form };
}

function callReducer(requestId: number, reducer: string, bytes: Uint8Array): CallReducerMessage {
  return { tag: 'CallReducer', requestId, reducer, args: { encoding: 'bsatn', bytes } };
}

function callProcedure(requestId: number, procedure: string, bytes: Uint8Array): CallProcedureMessage {
  return { tag: 'CallProcedure', requestId, procedure, args: { encoding: 'bsatn', bytes } };
}

function texts(reader: BsatnReader): string[] {
  const list = new Array<string>(reader.count(TEXT_BYTES));
  for (let i = 0; i < list.length; i++) list[i] = reader.string();
  return list;
}

function flagOf(reader: BsatnReader, highest: number): number {
  const flag = reader.u8();
  if (flag > highest) throw wireError(`its flag is ${flag}`);
  return flag;
}
