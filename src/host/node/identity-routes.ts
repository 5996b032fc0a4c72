import { HttpError, readBody, sendJson, sendText, tokenOf } from './http.ts';
import type { RequestContext } from './request-context.ts';

const MAX_BODY_BYTES = 2 * 1024 * 1024; // as the real host (wire.md 5)

export async function ping({ host, request, response, url }: RequestContext): Promise<void> {
  const token = tokenOf(request, url);
  if (token !== undefined) await host.tokens.verify(token);
  sendText(response, 200, '');
}

export async function newIdentity({ host, response }: RequestContext): Promise<void> {
  const { identity, token } = await host.tokens.anonymous();
  sendJson(response, 200, JSON.stringify({ identity: identity.hex, token }));
}

export async function websocketToken({ host, request, response, url }: RequestContext): Promise<void> {
  await readBody(request, MAX_BODY_BYTES);
  const token = tokenOf(request, url);
  if (token === undefined) throw new HttpError(401, 'A token is needed: send it as "Authorization: Bearer <token>".');
  await host.tokens.verify(token);
  sendJson(response, 200, JSON.stringify({ token: await host.tokens.shortLived(token) }));
}

export async function publicKey({ host, response }: RequestContext): Promise<void> {
  sendText(response, 200, host.tokens.publicPem, { 'content-type': 'application/pem-certificate-chain' });
}
