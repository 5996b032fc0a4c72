import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpacetickError } from '../../values/index.ts';

/** An answer that is not a success; its text goes to the client as it is. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** Any page may ask: who is asked for is told by tokens, never by cookies. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, accept, content-type',
  'access-control-max-age': '86400',
} as const;

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...CORS, 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  json: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...headers });
  response.end(json);
}

export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, CORS);
  response.end();
}

/** The body as bytes. @throws HttpError 413 beyond the limit */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new HttpError(413, `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The token a request carries: `Authorization: Bearer`, else `?token=`.
 * @throws HttpError 400 for a malformed header
 */
export function tokenOf(request: IncomingMessage, url: URL): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return url.searchParams.get('token') ?? undefined;
  const bearer = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (bearer === undefined) throw new HttpError(400, 'The Authorization header must read "Bearer <token>".');
  return bearer;
}

/** Turns what went wrong into an answer: our own errors are the client's to read, others are the host's defect. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof HttpError) sendText(response, error.status, error.message);
  else if (error instanceof SpacetickError) sendText(response, STATUS_OF_CODE[error.code] ?? 400, error.message);
  else sendText(response, 500, `The host failed: ${error instanceof Error ? error.message : String(error)}`);
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  E_TOKEN_INVALID: 401,
  E_HOST_CLOSED: 503,
};
