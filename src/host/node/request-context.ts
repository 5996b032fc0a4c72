import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeHost } from './node-host.ts';
import type { Authenticated } from './tokens.ts';

/** A request that found its route. */
export interface RequestContext {
  readonly host: NodeHost;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Database, or identity, named in the path; decoded. */
  readonly name: string;
  /** Reducer or procedure named in the path; decoded. */
  readonly fn: string;
  /** Whose token the request shows. */
  readonly shown: Authenticated | undefined;
}
