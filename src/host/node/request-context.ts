import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeHost } from './node-host.ts';

/** A request that found its route. */
export interface RequestContext {
  readonly host: NodeHost;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Database named in the path, decoded. */
  readonly name: string;
}
