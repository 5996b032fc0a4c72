import type { ConnectionId } from 'spacetick';
import { claimPlayer, offerNewPlayer } from 'spacetick/phaser';
import { DbConnection } from './module_bindings';

/** While developing, Vite is the host; a built page is told where it is: `VITE_SPACETICK_URI=https://... npm run build`. */
const uri: string = import.meta.env.VITE_SPACETICK_URI ?? location.origin;
const database = 'my-game';

/** Why there is no connection (any more): for the player to read. */
export let trouble = '';

/** Connects as the player that this tab is: a reload is the same one, a second tab another. */
export async function connect(): Promise<DbConnection> {
  const player = await claimPlayer({ uri, database });
  return DbConnection.builder()
    .withUri(uri)
    .withDatabaseName(database)
    .withToken(player.token)
    .onConnect((conn, _identity, token) => {
      player.save(token);
      conn.subscriptionBuilder().subscribe(['SELECT * FROM ship', 'SELECT * FROM orb']);
    })
    .onDisconnect((_ctx, error) => {
      trouble = error?.message ?? 'Disconnected.';
    })
    .onConnectError((_ctx, error) => {
      trouble = error.message;
      offerNewPlayer(player, error); // asks, should the host not know the player any more
    })
    .build();
}

/** Whether something belongs to this tab. */
export function isMine(connection: DbConnection, id: ConnectionId): boolean {
  return connection.connectionId?.isEqual(id) ?? false;
}
