import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach } from 'vitest';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Signer {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly key: CryptoKey;
}

/** An OpenID Connect issuer, as small as one can be. */
export class Issuer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Answers in the issuer's place, if set. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly #keys: JWK[] = [];

  private constructor(server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
  }

  static async start(): Promise<Issuer> {
    const server = createServer((request, response) => issuer.#serve(request, response));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new Issuer(server);
    return issuer;
  }

  /** Makes a key that tokens can be signed with. @param kid undefined for a key without a name */
  async addKey(alg: 'ES256' | 'RS256', kid?: string): Promise<Signer> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.#keys.push({ ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) });
    return { alg, kid, key: privateKey };
  }

  /** A token for `ada`. */
  token({ alg, kid, key }: Signer, claims: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.url, sub: 'ada', aud: 'comet-run', iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
      .sign(key);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url!);
    if (this.answer !== undefined) {
      this.answer(request, response);
      return;
    }
    const paths: Record<string, unknown> = {
      '/realm/.well-known/openid-configuration': { issuer: this.url, jwks_uri: `${this.url}/keys` },
      '/realm/keys': { keys: this.#keys },
    };
    response.end(JSON.stringify(paths[request.url!] ?? {}));
  }
}
