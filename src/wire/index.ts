export { v1Protocol } from './bsatn/client-v1.ts';
export { v2Protocol, v3Protocol } from './bsatn/client-v2.ts';
export { v1HostProtocol } from './bsatn/host-v1.ts';
export { MAX_BATCH_MESSAGES, v2HostProtocol, v3HostProtocol } from './bsatn/host-v2.ts';
export { V1_PROTOCOL, V2_PROTOCOL, V3_PROTOCOL } from './bsatn/names.ts';
export { NO_ROW_LIST, RowListWriter } from './bsatn/row-list-writer.ts';
export { HOST_PROTOCOLS } from './host-protocols.ts';
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
export { msgpackProtocol } from './msgpack/client.ts';
export { msgpackHostProtocol } from './msgpack/host.ts';
export { PROTOCOL_NAME as MSGPACK_PROTOCOL } from './msgpack/name.ts';
export type {
  CallDef,
  ClientProtocol,
  EncodedDelta,
  EncodedReducerInfo,
  EncodedRows,
  Encoding,
  FailedCall,
  HostProtocol,
  Outcome,
  SetDelta,
  Writer,
} from './subprotocol.ts';
