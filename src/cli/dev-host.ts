import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { compactVerify, importSPKI } from 'jose';
import { writeJson } from './files.ts';
import { isLocal } from './servers.ts';

/** A host inside Vite, as its plugin writes it down for the commands of the project. */
export interface DevHost {
  readonly url: string;
  /** Of the owner of its databases: commands may do here what its developer may. */
  readonly token: string;
}

/** Where the plugin keeps things, from the project's folder. */
export const DEV_FOLDER = '.spacetick';
const FILE = 'dev-host.json';

const ASK_MS = 1000; // a host on this machine answers in a few

/** Writes down where a host is. @param folder where the plugin keeps things. @returns how to take that back, at once */
export async function noteDevHost(folder: string, host: DevHost): Promise<() => void> {
  const file = join(folder, FILE);
  await writeJson(file, host);
  return () => {
    if (read(file)?.url === host.url) rmSync(file, { force: true }); // else another one has come
  };
}

/** What is written down of the host inside Vite that runs the project of a folder, or of the nearest one above it. */
export function notedDevHost(folder: string): DevHost | undefined {
  const file = join(folder, DEV_FOLDER, FILE);
  const above = dirname(folder);
  if (!existsSync(file)) return folder === above ? undefined : notedDevHost(above);
  // Nobody else's file in a folder above sends a developer's calls somewhere.
  if (statSync(file).uid !== process.getuid?.() && process.getuid !== undefined) return undefined;
  const { url = '', token = '' } = read(file) ?? {};
  return isOfThisMachine(url) ? { url, token } : undefined;
}

/**
 * Whether a host that was written down is there: a process that was killed leaves its file behind, and a stranger may be at
 * that address, who is not shown the token. It is the host when its key has signed it.
 */
export async function isThere({ url, token }: DevHost): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/v1/identity/public-key', url), { signal: AbortSignal.timeout(ASK_MS) });
    await compactVerify(token, await importSPKI(await answer.text(), 'ES256'));
    return true;
  } catch {
    return false;
  }
}

function isOfThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  if (isLocal(url)) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some(({ address }) => [address, `[${address}]`].includes(new URL(url).hostname));
}

function read(file: string): Partial<DevHost> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<DevHost>;
  } catch {
    return undefined; // gone, or half of it
  }
}
