import { SpacetickError } from '../host/index.ts';

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
    return (await (await this.#request('POST', '/v1/identity')).json()) as { identity: string; token: string };
  }

  async publish(name: string, source: string, deleteData: boolean): Promise<PublishSuccess> {
    const query = deleteData ? '?host_type=Js&clear=true' : '?host_type=Js';
    const response = await this.#request('PUT', `/v1/database/${encodeURIComponent(name)}${query}`, source);
    return ((await response.json()) as { Success: PublishSuccess }).Success;
  }

  async #request(method: string, path: string, body?: string): Promise<Response> {
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
    if (response.ok) return response;
    const text = (await response.text()).trim();
    if (text.startsWith('{"PermissionDenied"')) {
      throw new SpacetickError(
        'E_NOT_OWNER',
        "Permission denied: the name belongs to somebody else's database. Publish under another name.",
      );
    }
    throw new SpacetickError(
      response.status === 401 ? 'E_TOKEN_INVALID' : 'E_HOST_REFUSED',
      text || response.statusText,
    );
  }
}

export interface PublishSuccess {
  readonly domain: string | null;
  /** 64 hex digits. */
  readonly database_identity: string;
  readonly op: 'created' | 'updated';
}
