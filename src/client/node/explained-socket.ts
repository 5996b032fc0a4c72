import { SpacetickError } from '../../values/index.ts';
import type { ClientSocket, SocketClose, SocketFactory, SocketRequest } from '../socket.ts';

const ASK_MS = 2000; // a host that takes longer is not asked why
const AWAY: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND'];

/** Sockets whose failure to open says why: here, other than in a page, the host may be asked. */
export function explained(open: SocketFactory): SocketFactory {
  return (request) => new ExplainedSocket(request, open(request));
}

class ExplainedSocket implements ClientSocket {
  onopen: ((protocol?: string) => void) | undefined;
  onmessage: ((bytes: Uint8Array) => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onclose: ((close: SocketClose) => void) | undefined;
  readonly #socket: ClientSocket;
  #asking: Promise<void> | undefined;

  constructor(request: SocketRequest, socket: ClientSocket) {
    this.#socket = socket;
    socket.onopen = (protocol) => this.onopen?.(protocol);
    socket.onmessage = (bytes) => this.onmessage?.(bytes);
    socket.onerror = (error) => {
      if ((error as Partial<SpacetickError>).code !== 'E_CONNECT') return this.onerror?.(error);
      this.#asking = reasonOf(request, error).then((reason) => this.onerror?.(reason));
    };
    socket.onclose = (close) => {
      if (this.#asking === undefined) this.onclose?.(close);
      else void this.#asking.then(() => this.onclose?.(close)); // it comes last
    };
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Never rejects: what was known before is told when nothing else is. */
async function reasonOf({ url, base }: SocketRequest, cause: Error): Promise<Error> {
  const path = url.pathname.replace(/\/subscribe$/, '');
  const answer = await fetch(new URL(path, base), { signal: AbortSignal.timeout(ASK_MS) }).catch(
    (error: Error) => error,
  );
  if (answer instanceof Error) {
    if (!isAway(answer)) return cause;
    const text = `Could not connect to ${base.origin}: no host is running there. Start it, or correct the address.`;
    return new SpacetickError('E_CONNECT', text, { cause });
  }
  const said = await answer.text().catch(() => '');
  if (answer.status !== 404 || !said.startsWith('No such database')) return cause;
  const name = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  const text = `The host at ${base.origin} has no database ${name}. Publish the module first, or correct the name.`;
  return new SpacetickError('E_CONNECT', text, { cause });
}

/** Whether nobody listens at the address, or it is none: a certificate that is not trusted, or a proxy, is somebody. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.includes((error as NodeJS.ErrnoException).code)) return true;
  return isAway(error.cause) || (error instanceof AggregateError && error.errors.some(isAway));
}
