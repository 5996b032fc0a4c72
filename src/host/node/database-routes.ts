import { rawModuleDefV9, rawModuleDefV10 } from '../../schema/index.ts';
import { IDENTITY, TIMESTAMP, toSatsJson } from '../../values/index.ts';
import { callerOf, databaseOf } from './authenticate.ts';
import { HttpError, sendJson, sendText } from './http.ts';
import type { RequestContext } from './request-context.ts';

export async function describe(context: RequestContext): Promise<void> {
  const { host, response } = context;
  await callerOf(context);
  const database = databaseOf(context);
  const json = [
    `"database_identity":${toSatsJson(IDENTITY, database.identity)}`,
    `"owner_identity":${toSatsJson(IDENTITY, host.host.ownerOf(database))}`,
    '"host_type":{"Js":[]}',
    `"initial_program":"0x${host.programHash(database)}"`,
  ];
  sendJson(response, 200, `{${json.join(',')}}`);
}

export async function identity(context: RequestContext): Promise<void> {
  await callerOf(context);
  sendText(context.response, 200, databaseOf(context).identity.hex);
}

export async function schema(context: RequestContext): Promise<void> {
  const { response, url } = context;
  await callerOf(context);
  const database = databaseOf(context);
  const version = url.searchParams.get('version');
  if (version === '9') sendJson(response, 200, rawModuleDefV9(database.module));
  else if (version === '10') sendJson(response, 200, rawModuleDefV10(database.module));
  else throw new HttpError(400, 'Say which version of the schema: ?version=9 or ?version=10.');
}

export async function timestamp(context: RequestContext): Promise<void> {
  await callerOf(context);
  sendJson(context.response, 200, toSatsJson(TIMESTAMP, databaseOf(context).now()));
}

/** Clients come here by an upgrade (`upgrade.ts`), which is no request. */
export async function subscribe(context: RequestContext): Promise<void> {
  await callerOf(context);
  databaseOf(context);
  throw new HttpError(426, 'Clients subscribe over a WebSocket: ask with "Upgrade: websocket".', {
    connection: 'Upgrade',
    upgrade: 'websocket',
  });
}
