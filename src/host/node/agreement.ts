import type { IncomingMessage } from 'node:http';
import { ConnectionId } from '../../values/index.ts';
import { HOST_PROTOCOLS, type HostProtocol, V1_PROTOCOL, V2_PROTOCOL, V3_PROTOCOL } from '../../wire/index.ts';
import type { SessionTerms } from '../session.ts';
import type { Compression } from './compression.ts';
import { HttpError } from './http.ts';
import { flagOf } from './query-parameters.ts';

/** What a client and the host agree on before there is a socket (`wire.md` 2.1, 2.2). */
export interface Agreement {
  readonly terms: SessionTerms;
  /** How messages to this client are compressed; undefined when they are not. */
  readonly compression: Compression | undefined;
  /** The id that the client asks for; it is refused when somebody has it. */
  readonly connectionId: ConnectionId | undefined;
}

const COMPRESSIONS: Readonly<Record<string, Compression | undefined>> = {
  None: undefined,
  Gzip: 'Gzip',
  Brotli: 'Brotli',
};
const DEFAULT_COMPRESSION = 'Brotli'; // as the real host's

/** The subprotocols that a request offers. */
export function offersOf(request: IncomingMessage): ReadonlySet<string> {
  return new Set((request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()));
}

/** The best subprotocol of those offered, by the host's order and not the client's. */
export function chooseProtocol(offers: ReadonlySet<string>): HostProtocol | undefined {
  return HOST_PROTOCOLS.find(({ name }) => offers.has(name));
}

/** @throws HttpError 400 for a subprotocol or a parameter that this host does not know */
export function agreementOf(request: IncomingMessage, { searchParams }: URL): Agreement {
  const offers = offersOf(request);
  const asked = searchParams.get('compression') ?? DEFAULT_COMPRESSION;
  if (!Object.hasOwn(COMPRESSIONS, asked))
    throw new HttpError(400, `compression is None, Gzip or Brotli, not ${asked}.`);
  const isLight = flagOf(searchParams, 'light');
  flagOf(searchParams, 'confirmed'); // what is told is committed: there is nothing to wait for
  const connectionId = connectionIdOf(searchParams.get('connection_id'));
  const protocol = chooseProtocol(offers);
  if (protocol === undefined) throw new HttpError(400, 'no valid protocol selected');
  const isCompressed = protocol.encoding === 'bsatn' && keepsOrder(offers);
  return { terms: { protocol, isLight }, compression: isCompressed ? COMPRESSIONS[asked] : undefined, connectionId };
}

/**
 * Whether a client is known to handle messages in order whatever is compressed. The other party's clients handle a plain
 * message ahead of a compressed one that came before it (`wire.md` 2.4); each of them offers v1 alone or later ones alone.
 */
function keepsOrder(offers: ReadonlySet<string>): boolean {
  return offers.has(V1_PROTOCOL) && (offers.has(V2_PROTOCOL) || offers.has(V3_PROTOCOL));
}

function connectionIdOf(text: string | null): ConnectionId | undefined {
  if (text === null) return undefined;
  if (!/^[0-9a-f]{32}$/i.test(text)) throw new HttpError(400, 'connection_id is not 32 hex digits.');
  const id = ConnectionId.fromStringOrNull(text.toLowerCase());
  if (id === null) throw new HttpError(400, 'connection_id is zero, which stands for no connection.');
  return id;
}
