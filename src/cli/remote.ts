import { decodeJwt } from 'jose';
import { identityFromClaims } from '../host/node/index.ts';
import { type AnswerOptions, Answers } from './answers.ts';
import { HostApi } from './api.ts';
import { Credentials } from './credentials.ts';
import type { FolderOptions } from './files.ts';
import { type ServerOptions, Servers } from './servers.ts';
import { mustConfirm, type Terminal } from './terminal.ts';

/** Which server, and as whom. */
export interface RemoteOptions extends FolderOptions, AnswerOptions, ServerOptions {
  anonymous?: boolean;
}

/** A server, as a command asks it. */
export interface Remote {
  /** As it was named. */
  readonly name: string;
  readonly url: string;
  readonly api: HostApi;
  /** Undefined for nobody. */
  readonly token: string | undefined;
}

/** The server of a command, with the identity kept for it; made on first use. @throws SpacetickError */
export async function remoteOf(options: RemoteOptions, terminal: Terminal): Promise<Remote> {
  const servers = await Servers.load(options);
  const name = options.server ?? servers.defaultServer;
  const url = servers.urlFor(options);
  const isYes = new Answers(options).isYes('skip-login');
  const token = options.anonymous ? undefined : await tokenFor(url, new Credentials(options), terminal, isYes);
  return { name, url, token, api: new HostApi(url, token) };
}

/** The token kept for a server; made on first use. @throws SpacetickError E_DECLINED */
async function tokenFor(url: string, credentials: Credentials, terminal: Terminal, isYes: boolean): Promise<string> {
  const kept = await credentials.load(url);
  if (kept !== undefined) {
    if (await new HostApi(url, kept).isKnown()) return kept;
    await mustConfirm(
      terminal,
      `The host at ${url} does not know the identity kept for it: its keys are new. Go on with a new identity?`,
      isYes,
    );
  }
  const { token } = await new HostApi(url).newIdentity();
  await credentials.save(url, token);
  return token;
}

/** Hex of the identity that a token is for. */
export function identityOf(token: string): string {
  const { iss = '', sub = '' } = decodeJwt(token);
  return identityFromClaims(iss, sub).hex;
}
