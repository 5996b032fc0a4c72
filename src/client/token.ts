import { SpacetickError } from '../values/index.ts';
import { asError } from './errors.ts';

const SHOWN_CHARS = 200; // of a host's answer: enough for its reason, not a page of HTML

/**
 * Trades a long-lived token for one that lives 60 seconds and may stand in a URL (`wire.md` 2.3).
 * @throws SpacetickError E_TOKEN_REJECTED when the host does not take it, E_CONNECT when it cannot be asked
 */
export async function exchangeToken(base: URL, token: string, signal?: AbortSignal): Promise<string> {
  const url = new URL('v1/identity/websocket-token', base);
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, signal });
  } catch (error) {
    throw unreachable(base, error);
  }
  const text = await response.text().catch(() => '');
  if (!response.ok) throw rejected(response.status, text);
  const short = tokenOf(text);
  if (short !== undefined) return short;
  throw new SpacetickError('E_CONNECT', `${url} answered without a token. It may be no host: check the address.`);
}

function tokenOf(text: string): string | undefined {
  try {
    const { token } = JSON.parse(text) as { token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

function rejected(status: number, text: string): SpacetickError {
  const detail = `${status}: ${text.trim().slice(0, SHOWN_CHARS) || 'no reason given'}`;
  return new SpacetickError(
    'E_TOKEN_REJECTED',
    `The host does not take this player's token (${detail}). ` +
      'It expired, or the host has new keys. Ask the player, then connect without it, as somebody new.',
  );
}

/** For hosts that do not answer at all. */
export function unreachable(base: URL, cause: unknown): SpacetickError {
  const detail = asError(cause).message;
  return new SpacetickError(
    'E_CONNECT',
    `Could not reach ${base.origin} (${detail}). Is the host running, and may this page ask it (CORS, https)?`,
    { cause },
  );
}
