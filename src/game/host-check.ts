import type { HostAddress } from './host-address.ts';

/** Whether there is a host that says it has no such database; false when nobody can be asked. */
export async function lacksDatabase({ uri, database }: HostAddress): Promise<boolean> {
  const base = uri.replace(/^ws/i, 'http');
  try {
    // A host of files may answer anything with 404: only what answers a ping knows about databases.
    const [ping, known] = await Promise.all([
      fetch(new URL('v1/ping', base)),
      fetch(new URL(`v1/database/${database}`, base)),
    ]);
    return ping.ok && known.status === 404;
  } catch {
    return false;
  }
}
