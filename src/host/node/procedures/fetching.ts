import type { FetchAnswer, FetchRequest } from './messages.ts';

export const MAX_FETCH_MS = 30_000; // longer than any API answers that a player waits for
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024; // of an answer, which is held in memory twice

// Kept from load time: while module code runs the globals are not there.
const { fetch: hostFetch, AbortSignal: HostSignal } = globalThis;

/** Fetches for a procedure that waits in another thread. @throws Error saying why there is no answer */
export async function fetchFor(request: FetchRequest): Promise<FetchAnswer> {
  const { url, method, headers, body } = request;
  const timeoutMs = Math.min(request.timeoutMs ?? MAX_FETCH_MS, MAX_FETCH_MS);
  try {
    const answer = await hostFetch(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      signal: HostSignal.timeout(timeoutMs),
    });
    const { status, statusText } = answer;
    return { status, statusText, headers: [...answer.headers], body: await bodyOf(answer) };
  } catch (error) {
    throw new Error(`${method} ${url}: ${reasonOf(error, timeoutMs)}`);
  }
}

async function bodyOf(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
