import { sendText } from './http.ts';
import type { RequestContext } from './request-context.ts';

const WELCOME = `This is a spacetick host: databases that run games, for clients that speak SpacetimeDB's protocols.
There is no page here. A game connects to this address: DbConnection.builder().withUri(...).

  publish a module    spacetick publish my-game --server <this address>
  look at a database  GET /v1/database/my-game
  its tables          GET /v1/database/my-game/schema?version=10
  is it there?        GET /v1/ping

Documentation comes with the package: README.md, and docs/ in its repository.
`;

/** For the person who opens the host's address in a browser. */
export async function welcome({ response }: RequestContext): Promise<void> {
  sendText(response, 200, WELCOME);
}
