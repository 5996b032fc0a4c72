import { isIdentityText } from '../registry.ts';
import { knownCaller } from './authenticate.ts';
import { HttpError, MAX_BODY_BYTES, readBody, sendEmpty, sendJson, sendText } from './http.ts';
import type { RequestContext } from './request-context.ts';

export async function ping({ response }: RequestContext): Promise<void> {
  sendText(response, 200, '');
}

export async function newIdentity({ host, response }: RequestContext): Promise<void> {
  const { identity, token } = await host.tokens.anonymous();
  sendJson(response, 200, JSON.stringify({ identity: identity.hex, token }));
}

export async function websocketToken(context: RequestContext): Promise<void> {
  const { host, request, response } = context;
  await readBody(request, MAX_BODY_BYTES);
  const token = await host.tokens.shortLived(knownCaller(context));
  sendJson(response, 200, JSON.stringify({ token }));
}

export async function publicKey({ host, response }: RequestContext): Promise<void> {
  sendText(response, 200, host.tokens.publicPem, { 'content-type': 'application/pem-certificate-chain' });
}

/** Whether the token shown is that of the identity in the path. */
export async function verify(context: RequestContext): Promise<void> {
  const { identity } = knownCaller(context);
  if (identity.hex !== identityIn(context)) throw new HttpError(400, `The token is that of ${identity.hex}.`);
  sendEmpty(context.response, 204);
}

export async function databases(context: RequestContext): Promise<void> {
  const { host, response } = context;
  const owner = identityIn(context);
  const owned = host.host.databases.filter((database) => host.host.ownerOf(database)?.hex === owner);
  sendJson(response, 200, JSON.stringify({ identities: owned.map((database) => database.identity.hex) }));
}

/** Nothing is paid for here. */
export async function energy(context: RequestContext): Promise<void> {
  identityIn(context);
  sendJson(context.response, 200, '{"balance":"0"}');
}

/** @throws HttpError 400 */
function identityIn({ name }: RequestContext): string {
  if (!isIdentityText(name)) throw new HttpError(400, 'An identity is 64 hex digits.');
  return name.replace(/^0x/i, '').toLowerCase();
}
