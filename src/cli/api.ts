import { SpacetickError } from '../host/index.ts';
import { Requests, SHOWN_CHARS } from './requests.ts';

export interface PublishSuccess {
  readonly domain: string | null;
  /** 64 hex digits. */
  readonly database_identity: string;
  readonly op: 'created' | 'updated';
}

export interface PublishQuery {
  readonly deleteData: boolean;
  readonly breakClients: boolean;
  /** Of the plan that was looked at. */
  readonly planToken?: string | undefined;
}

/** What a publish would change. */
export type PublishPlan =
  | { readonly AutoMigrate: { readonly migrate_plan: string; readonly break_clients: boolean; readonly token: string } }
  | { readonly ManualMigrate: { readonly reason: string } };

/** A host's HTTP API (`wire.md` 6), as far as commands need it. */
export class HostApi {
  readonly #server: string;
  readonly #requests: Requests;

  /** @param server URL without a slash at the end */
  constructor(server: string, token?: string) {
    this.#server = server;
    this.#requests = new Requests(server, token);
  }

  /** A new identity. */
  async newIdentity(): Promise<{ identity: string; token: string }> {
    return this.#requests.json(await this.#requests.send('POST', '/identity'));
  }

  /** Whether the host takes the token. */
  async isKnown(): Promise<boolean> {
    try {
      await this.#requests.send('GET', '/ping');
      return true;
    } catch (error) {
      if (error instanceof SpacetickError && error.code === 'E_TOKEN_INVALID') return false;
      throw error;
    }
  }

  /** PEM of the key that the host signs tokens with. */
  async publicKey(): Promise<string> {
    return (await this.#requests.send('GET', '/identity/public-key')).text();
  }

  /** Hex of the identity of a database; undefined when there is none. @throws SpacetickError E_HOST_REFUSED, E_UNREACHABLE */
  async identityOf(name: string): Promise<string | undefined> {
    const response = await this.#requests.send('GET', path(name), { takes: [404] });
    if (response.status === 404) return undefined;
    const { database_identity: found } = await this.#requests.json<{ database_identity?: { __identity__?: string } }>(
      response,
    );
    return found?.__identity__?.replace(/^0x/, '');
  }

  /**
   * @param name undefined for a new database that has none
   * @throws SpacetickError E_NOT_OWNER, E_MIGRATION, E_HOST_REFUSED, E_UNREACHABLE
   */
  async publish(name: string | undefined, source: string, query: PublishQuery): Promise<PublishSuccess> {
    const params = new URLSearchParams({ host_type: 'Js' });
    if (query.deleteData) params.set('clear', 'true');
    if (query.breakClients) params.set('policy', 'BreakClients');
    if (query.planToken !== undefined) params.set('token', query.planToken);
    const [method, to] = name === undefined ? ['POST', '/database'] : ['PUT', path(name)];
    const response = await this.#requests.send(method, `${to}?${params}`, { body: source });
    return (await this.#requests.json<{ Success: PublishSuccess }>(response)).Success;
  }

  async prePublish(name: string, source: string): Promise<PublishPlan> {
    return this.#requests.json(
      await this.#requests.send('POST', `${path(name)}/pre_publish?host_type=Js`, { body: source }),
    );
  }

  /** JSON text of the module's definition. */
  async schema(name: string): Promise<string> {
    return (await this.#requests.send('GET', `${path(name)}/schema?version=9`)).text();
  }

  /**
   * @param args JSON text of an array
   * @returns JSON text that a procedure returned, '' for a reducer; or why it was refused
   */
  async call(name: string, fn: string, args: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await this.#requests.send('POST', `${path(name)}/call/${encodeURIComponent(fn)}`, {
      body: args,
      contentType: 'application/json',
      takes: [400, 402, 403, 404, 530],
    });
    return { status: response.status, text: await response.text() };
  }

  /** JSON text of the results of a query. */
  async sql(name: string, query: string, isConfirmed: boolean | undefined): Promise<string> {
    const confirmed = isConfirmed === undefined ? '' : `?confirmed=${isConfirmed}`;
    return (await this.#requests.send('POST', `${path(name)}/sql${confirmed}`, { body: query })).text();
  }

  /** The log, line by line; with `follow` until the database ends. @throws SpacetickError E_UNREACHABLE when it breaks off */
  async *logs(name: string, count: number | undefined, follow: boolean): AsyncGenerator<string> {
    const params = new URLSearchParams({ follow: String(follow) });
    if (count !== undefined) params.set('num_lines', String(count));
    const { body } = await this.#requests.send('GET', `${path(name)}/logs?${params}`);
    let rest = '';
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const read = await reader?.read().catch((cause: unknown) => {
        throw new SpacetickError('E_UNREACHABLE', `The connection to ${this.#server} broke off.`, { cause });
      });
      if (read === undefined || read.done) break;
      const lines = (rest + read.value).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== '') yield rest;
  }

  async delete(name: string): Promise<void> {
    await this.#requests.send('DELETE', path(name));
  }

  /** @param what `lock` or `unlock` */
  async lock(name: string, what: 'lock' | 'unlock'): Promise<void> {
    await this.#requests.send('POST', `${path(name)}/${what}`);
  }

  async names(name: string): Promise<readonly string[]> {
    return (
      await this.#requests.json<{ names: readonly string[] }>(await this.#requests.send('GET', `${path(name)}/names`))
    ).names;
  }

  /** Gives a database these names and no others. @throws SpacetickError E_HOST_REFUSED with whose name it is */
  async setNames(name: string, names: readonly string[]): Promise<void> {
    const body = JSON.stringify(names);
    const response = await this.#requests.send('PUT', `${path(name)}/names`, { body, takes: [401, 404, 500] });
    const answer = await response.text();
    if (response.ok) return;
    const { OtherError: other } = /^\{"OtherError"/.test(answer) ? (JSON.parse(answer) as { OtherError: string }) : {};
    const reason = answer.startsWith('{"NotYourDatabase"')
      ? `${name} is somebody else's database.`
      : answer.startsWith('{"PermissionDenied')
        ? `The name ${names.join(', ')} belongs to somebody else's database.`
        : response.status === 404
          ? `There is no database ${name}.`
          : (other ?? answer.slice(0, SHOWN_CHARS));
    throw new SpacetickError('E_HOST_REFUSED', reason);
  }

  /** Hex of the identities of the databases that an identity owns. */
  async databases(identity: string): Promise<readonly string[]> {
    const response = await this.#requests.send('GET', `/identity/${identity}/databases`);
    return (await this.#requests.json<{ identities: readonly string[] }>(response)).identities;
  }
}

function path(name: string): string {
  return `/database/${encodeURIComponent(name)}`;
}
