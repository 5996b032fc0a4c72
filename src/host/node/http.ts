import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpacetickError } from '../../values/index.ts';

const MICROS_PER_MILLI = 1000;

/** An answer that is not a success; its text goes to the client as it is. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}

/**
 * The URL of a request; its host is not to be relied on.
 * @throws HttpError 400 for what no URL is made of
 */
export function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  // Put behind a host, and not resolved against one: `//` alone would be a host of its own, and `new URL` throws.
  const text = target.startsWith('/') ? `http://host${target}` : target;
  if (!URL.canParse(text)) throw new HttpError(400, 'The request names no URL.');
  return new URL(text);
}

/** A piece of a path, without its percent-encoding. @throws HttpError 400 */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpError(400, 'The path is not valid percent-encoding.');
  }
}

/** Any page may ask: who is asked for is told by tokens, never by cookies. */
export const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, accept, content-type',
  'access-control-max-age': '86400',
} as const;

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...CORS, 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...headers });
  response.end(json);
}

/** Says how long the host worked on it. @param millis milliseconds */
export function setDuration(response: ServerResponse, millis: number): void {
  response.setHeader('spacetime-execution-duration-micros', String(Math.round(millis * MICROS_PER_MILLI)));
}

export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, CORS);
  response.end();
}

export const MAX_BODY_BYTES = 2 * 1024 * 1024; // of anything but a program, as the real host (wire.md 5)

/** The body as text. @throws HttpError 413, 400 when it is not UTF-8 */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const body = await readBody(request, maxBytes);
  if (!isUtf8(body)) throw new HttpError(400, 'The body is not UTF-8.');
  return body.toString('utf8');
}

/** The body as bytes. @throws HttpError 413 beyond the limit */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `The body is larger than ${maxBytes} bytes.`, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // A request destroyed here would take its socket along, and with it the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The token a request carries: `Authorization: Bearer`, else `?token=`.
 * @param url undefined where `?token=` means something else
 * @throws HttpError 400 for a malformed header
 */
export function tokenOf(request: IncomingMessage, url: URL | undefined): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return url?.searchParams.get('token') ?? undefined;
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
  const { status, text } = answerTo(error);
  sendText(response, status, text, error instanceof HttpError ? error.headers : {});
}

/** Status and text that say what went wrong. */
export function answerTo(error: unknown): { readonly status: number; readonly text: string } {
  if (error instanceof HttpError) return { status: error.status, text: error.message };
  if (error instanceof SpacetickError) return { status: STATUS_OF_CODE[error.code] ?? 400, text: error.message };
  return { status: 500, text: `The host failed: ${error instanceof Error ? error.message : String(error)}` };
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  E_TOKEN_INVALID: 401,
  E_NOT_OWNER: 403,
  E_LOCKED: 403,
  E_DATABASE_DELETED: 404,
  E_TURN_THREW: 500,
  E_DATA_DIRECTORY: 500,
  E_HOST_CLOSED: 503,
};
