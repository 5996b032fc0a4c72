export { v1Protocol } from './bsatn/client-v1.ts';
export { v2Protocol, v3Protocol } from './bsatn/client-v2.ts';
export { V1_PROTOCOL, V2_PROTOCOL, V3_PROTOCOL } from './bsatn/names.ts';
export type {
  CallProcedureMessage,
  CallReducerMessage,
  ClientMessage,
  EncodedArgs,
  InitialConnection,
  OneOffQueryMessage,
  OneOffQueryResult,
  ProcedureResult,
  ReducerInfo,
  ReducerResult,
  Row,
  ServerMessage,
  SubscribeApplied,
  SubscribeForm,
  SubscribeMessage,
  SubscriptionError,
  TableDelta,
  TransactionUpdate,
  UnsubscribeApplied,
  UnsubscribeMessage,
  WireTable,
  WireTables,
} from './messages.ts';
export { msgpackProtocol, unpackArgs } from './msgpack/client.ts';
export {
  decodeClientMessage,
  type EncodedDelta,
  type EncodedReducerInfo,
  type EncodedRows,
  HostMessageWriter,
} from './msgpack/host.ts';
export { PROTOCOL_NAME as MSGPACK_PROTOCOL } from './msgpack/name.ts';
export type {
  CallDef,
  ClientProtocol,
  Encoding,
  FailedCall,
  HostProtocol,
  SetDelta,
  Writer,
} from './subprotocol.ts';
