import { SpacetickError } from '../host/index.ts';

export interface PublishSuccess {
  readonly domain: string | null;
  /** 64 hex digits. */
  readonly database_identity: string;
  readonly op: 'created' | 'updated';
}

export interface PublishQuery {
  readonly deleteData: boolean;
  readonly breakClients: boolean;
}

const SHOWN_CHARS = 2000; // of an answer that is no host's: enough to recognise whose it is

/** A host's HTTP API, as far as commands need it. */
export class HostApi {
  readonly #server: string;
  readonly #token: string | undefined;

  /** @param server URL without a slash at the end */
  constructor(server: string, token?: string) {
    this.#server = server;
    this.#token = token;
  }

  /** A new identity. */
  async newIdentity(): Promise<{ identity: string; token: string }> {
    return this.#json(await this.#request('POST', '/v1/identity'));
  }

  /** Whether the host takes the token. */
  async isKnown(): Promise<boolean> {
    try {
      await this.#request('GET', '/v1/ping');
      return true;
    } catch (error) {
      if (error instanceof SpacetickError && error.code === 'E_TOKEN_INVALID') return false;
      throw error;
    }
  }

  /** Whether there is a database of that name. @throws SpacetickError E_HOST_REFUSED, E_UNREACHABLE */
  async hasDatabase(name: string): Promise<boolean> {
    const response = await this.#request('GET', `/v1/database/${encodeURIComponent(name)}`, { mayBeMissing: true });
    if (response.status === 404) return false;
    await this.#json(response);
    return true;
  }

  /** @throws SpacetickError E_NOT_OWNER, E_MIGRATION, E_HOST_REFUSED, E_UNREACHABLE */
  async publish(name: string, source: string, { deleteData, breakClients }: PublishQuery): Promise<PublishSuccess> {
    const query = `?host_type=Js${deleteData ? '&clear=true' : ''}${breakClients ? '&policy=BreakClients' : ''}`;
    const response = await this.#request('PUT', `/v1/database/${encodeURIComponent(name)}${query}`, { body: source });
    return (await this.#json<{ Success: PublishSuccess }>(response)).Success;
  }

  async #request(
    method: string,
    path: string,
    { body, mayBeMissing = false }: { body?: string; mayBeMissing?: boolean } = {},
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#server}${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` },
      });
    } catch (error) {
      throw new SpacetickError(
        'E_UNREACHABLE',
        `Nobody answers at ${this.#server}. Is the host running? Start one with: spacetick start`,
        { cause: error },
      );
    }
    if (response.ok || (mayBeMissing && response.status === 404)) return response;
    const text = (await response.text()).trim();
    if (response.headers.get('content-type')?.startsWith('text/html')) throw this.#noHost();
    if (text.startsWith('{"PermissionDenied"')) {
      throw new SpacetickError(
        'E_NOT_OWNER',
        "Permission denied: the name belongs to somebody else's database. Publish under another name.",
      );
    }
    throw new SpacetickError(codeOf(response.status, text), text.slice(0, SHOWN_CHARS) || response.statusText);
  }

  async #json<T>(response: Response): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch {
      throw this.#noHost();
    }
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
