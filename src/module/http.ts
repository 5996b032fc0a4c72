import type { TimeDuration } from '../values/index.ts';

// What procedures fetch with. Synchronous: module code never waits for a promise.

/** `fetch`'s second argument. */
export interface FetchOptions {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array | ArrayBuffer | null;
  /** How long the answer may take, its body included. The host has a limit of its own. */
  readonly timeout?: TimeDuration;
}

/** `ctx.http` of a procedure. */
export interface HttpClient {
  /**
   * Asks and waits for the whole answer. An answer with an error's status is an answer.
   * @throws SpacetimeHostError HttpError when there is none; WouldBlockTransaction inside `withTx`
   */
  fetch(url: string | URL, options?: FetchOptions): SyncResponse;
}

export interface ResponseParts {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];
}

/** An answer that is here already: what `fetch`'s `Response` promises, this one has. */
export class SyncResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly #body: Uint8Array;

  constructor(body: string | Uint8Array | ArrayBuffer | null = null, parts: ResponseParts = {}) {
    this.status = parts.status ?? 200;
    this.statusText = parts.statusText ?? '';
    this.headers = new Headers(parts.headers as HeadersInit | undefined);
    this.#body = bytesOf(body);
  }

  /** True for 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  bytes(): Uint8Array {
    return this.#body.slice();
  }

  arrayBuffer(): ArrayBuffer {
    return this.bytes().buffer as ArrayBuffer;
  }

  text(): string {
    return new TextDecoder().decode(this.#body);
  }

  /** @throws SyntaxError when the body is no JSON */
  json(): unknown {
    return JSON.parse(this.text());
  }
}

/** The bytes of a body. */
export function bytesOf(body: string | Uint8Array | ArrayBuffer | null | undefined): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  return body instanceof Uint8Array ? body.slice() : new Uint8Array(body ?? new ArrayBuffer(0));
}
