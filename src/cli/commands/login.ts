import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { Answers } from '../answers.ts';
import { HostApi } from '../api.ts';
import { serverFlag, yesFlags } from '../command-flags.ts';
import { Credentials } from '../credentials.ts';
import { identityOf, type RemoteOptions } from '../remote.ts';
import { Servers } from '../servers.ts';
import { mustConfirm, type Terminal } from '../terminal.ts';

interface LoginOptions extends RemoteOptions {
  token?: string;
  withToken?: boolean;
}

export function loginCommand(terminal: Terminal): Command {
  const login = new Command('login')
    .description('Be somebody on a server: somebody new, or whoever a token names')
    .option('--token <token>', 'the token to be known by')
    .option('--no-browser', 'accepted; no browser is needed')
    .action((_options, command: Command) => logIn(command.optsWithGlobals(), terminal));
  const show = new Command('show')
    .description('Print who you are')
    .option('--with-token', 'and the token that proves it; --token does the same')
    .action((_options, command: Command) => showLogin(command.optsWithGlobals(), terminal));
  return yesFlags(serverFlag(login)).addCommand(serverFlag(show));
}

export function logoutCommand(terminal: Terminal): Command {
  const command = new Command('logout')
    .description('Forget who you are on a server')
    .action((_options, command: Command) => logOut(command.optsWithGlobals(), terminal));
  return yesFlags(serverFlag(command));
}

async function logIn(options: LoginOptions, terminal: Terminal): Promise<void> {
  const url = (await Servers.load(options)).urlOf(options.server);
  const credentials = new Credentials(options);
  const kept = await credentials.load(url);
  if (options.token === undefined && kept !== undefined && (await new HostApi(url, kept).isKnown())) {
    terminal.out(`You are logged in with identity ${identityOf(kept)}. To be somebody else: spacetick logout.`);
    return;
  }
  const token = options.token ?? (await new HostApi(url).newIdentity()).token;
  if (!(await new HostApi(url, token).isKnown())) {
    throw new SpacetickError('E_TOKEN_INVALID', `The host at ${url} does not take this token.`);
  }
  await credentials.save(url, token);
  terminal.out(`Logged in with identity ${identityOf(token)}`);
}

async function showLogin(options: LoginOptions, terminal: Terminal): Promise<void> {
  const url = (await Servers.load(options)).urlOf(options.server);
  const token = await new Credentials(options).load(url);
  if (token === undefined) {
    throw new SpacetickError('E_TOKEN_INVALID', `You are not logged in at ${url}. Run: spacetick login`);
  }
  terminal.out(`You are logged in with identity ${identityOf(token)}`);
  if (options.withToken) terminal.out(`Your auth token (don't share this!) is ${token}`);
}

/** An identity that is forgotten is gone for good, and with it what it owns. */
async function logOut(options: RemoteOptions, terminal: Terminal): Promise<void> {
  const isYes = new Answers(options).isYes('skip-login');
  const url = (await Servers.load(options)).urlOf(options.server);
  const credentials = new Credentials(options);
  const token = await credentials.load(url);
  if (token === undefined) {
    terminal.out(`You are not logged in at ${url}.`);
    return;
  }
  const identity = identityOf(token);
  const owned = await new HostApi(url).databases(identity).catch(() => []);
  if (owned.length > 0) {
    const question = `${identity} owns ${owned.length} of the databases on ${url}, which nobody could publish to again. Forget it?`;
    await mustConfirm(terminal, question, isYes);
  }
  await credentials.forget(url);
  terminal.out(`Logged out: ${identity} is forgotten.`);
}
