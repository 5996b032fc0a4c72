import type { HostAddress } from './host-address.ts';

/** What stands in the way of a connection. */
export type Obstacle = 'no host' | 'no database';

/** Asks what stands in the way. Undefined: nothing, or nobody says. A browser's console has a line for each "no". */
export async function obstacleAt({ uri, database }: HostAddress): Promise<Obstacle | undefined> {
  const base = uri.replace(/^ws/i, 'http');
  const ping = new URL('v1/ping', base);
  try {
    // A proxy may let pages connect and not ask: that anything answers is all that is to be learnt.
    const { type, ok } = await fetch(ping, { mode: 'no-cors' });
    if (type !== 'opaque' && !ok) return undefined;
  } catch {
    return 'no host';
  }
  try {
    // A host of files may answer anything with 404: only what answers a ping knows about databases.
    if (!(await fetch(ping)).ok) return undefined;
    const { status } = await fetch(new URL(`v1/database/${database}`, base));
    return status === 404 ? 'no database' : undefined;
  } catch {
    return undefined;
  }
}
