import { SpacetickError } from '../host/index.ts';

export interface RequestOptions {
  readonly body?: string;
  readonly contentType?: string;
  /** Statuses that are answers, not errors. */
  readonly takes?: readonly number[];
}

export const SHOWN_CHARS = 2000; // of an answer that is no host's: enough to recognise whose it is

const NO_DATABASE = 'No such database.'; // with status 404 (api.md 6.5)

/** Requests to a host, and what is wrong with its answers. */
export class Requests {
  readonly #server: string;
  readonly #token: string | undefined;

  /** @param server URL without a slash at the end */
  constructor(server: string, token?: string) {
    this.#server = server;
    this.#token = token;
  }

  /** @throws SpacetickError E_UNREACHABLE, E_TOKEN_INVALID, E_NOT_OWNER, E_MIGRATION, E_HOST_REFUSED */
  async send(method: string, path: string, { body, contentType, takes = [] }: RequestOptions = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#server}/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: {
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
      });
    } catch (error) {
      throw new SpacetickError(
        'E_UNREACHABLE',
        `Nobody answers at ${this.#server}. Is the host running? Start one with: spacetick start`,
        { cause: error },
      );
    }
    if (response.headers.get('content-type')?.startsWith('text/html')) throw this.#noHost();
    if (response.ok || takes.includes(response.status)) return response;
    const text = (await response.text()).trim();
    if (text.startsWith('{"PermissionDenied"')) {
      throw new SpacetickError(
        'E_NOT_OWNER',
        "Permission denied: the name belongs to somebody else's database. Publish under another name.",
      );
    }
    const shown = text === NO_DATABASE ? this.#noDatabase(path) : text.slice(0, SHOWN_CHARS);
    throw new SpacetickError(codeOf(response.status, text), shown || response.statusText);
  }

  /** What a JSON answer says. @throws SpacetickError E_HOST_REFUSED when it is none */
  async json<T>(response: Response): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch {
      throw this.#noHost();
    }
  }

  #noDatabase(path: string): string {
    const [, name = ''] = /^\/database\/([^/?]*)/.exec(path) ?? [];
    const what = `${this.#server} has none called ${decodeURIComponent(name)}.`;
    return `${NO_DATABASE} ${what} Yours are named by spacetick list; spacetick publish makes one.`;
  }

  #noHost(): SpacetickError {
    return new SpacetickError(
      'E_HOST_REFUSED',
      `What answers at ${this.#server} is no host of databases. Check the address; start a host with: spacetick start`,
    );
  }
}

function codeOf(status: number, text: string): string {
  if (status === 401) return 'E_TOKEN_INVALID';
  return text.startsWith('Automatic migration planning failed') ? 'E_MIGRATION' : 'E_HOST_REFUSED';
}
