import { v1HostProtocol } from './bsatn/host-v1.ts';
import { v2HostProtocol, v3HostProtocol } from './bsatn/host-v2.ts';
import { msgpackHostProtocol } from './msgpack/host.ts';
import type { HostProtocol } from './subprotocol.ts';

/** What the host speaks, best first: ours says most, then those of SpacetimeDB in its own order (`wire.md` 2.2). */
export const HOST_PROTOCOLS: readonly HostProtocol[] = Object.freeze([
  msgpackHostProtocol,
  v3HostProtocol,
  v2HostProtocol,
  v1HostProtocol,
]);
