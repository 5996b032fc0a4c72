import type { HostAddress } from './host-address.ts';

/** What stands in the way of a connection. */
export type Obstacle = 'no host' | 'no database';

const ANSWER_MS = 3000; // nobody waits longer for a game

/** Asks what stands in the way. Undefined: nothing, or nobody says. A browser's console has a line for each "no". */
export async function obstacleAt({ uri, database }: HostAddress): Promise<Obstacle | undefined> {
  const base = uri.replace(/^ws/i, 'http');
  const ping = new URL('v1/ping', base);
  try {
    // A proxy may let pages connect and not ask: that anything answers is all that is to be learnt.
    const { type, ok } = await fetch(ping, { mode: 'no-cors', ...inTime() });
    if (type !== 'opaque' && !ok) return undefined;
  } catch {
    return 'no host';
  }
  try {
    // A host of files may answer anything with 404: only what answers a ping knows about databases.
    if (!(await fetch(ping, inTime())).ok) return undefined;
    const { status } = await fetch(new URL(`v1/database/${database}`, base), inTime());
    return status === 404 ? 'no database' : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever takes the connection and says nothing would have us wait for ever. */
function inTime(): RequestInit {
  return { signal: AbortSignal.timeout(ANSWER_MS) };
}
