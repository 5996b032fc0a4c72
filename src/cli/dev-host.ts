import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HostApi } from './api.ts';
import { readJson, writeJson } from './files.ts';
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

/** Writes down where a host is. @param folder where the plugin keeps things. @returns how to take that back */
export async function noteDevHost(folder: string, host: DevHost): Promise<() => Promise<void>> {
  const file = join(folder, FILE);
  await writeJson(file, host);
  return async () => {
    const { url } = await readJson<Partial<DevHost>>(file, {});
    if (url === host.url) await rm(file, { force: true }); // else another one has come
  };
}

/** The host inside Vite that runs the project of a folder, or of the nearest one above it; undefined when none does. */
export async function findDevHost(folder: string): Promise<DevHost | undefined> {
  const file = join(folder, DEV_FOLDER, FILE);
  if (!existsSync(file)) return folder === dirname(folder) ? undefined : findDevHost(dirname(folder));
  try {
    const { url = '', token = '' } = await readJson<Partial<DevHost>>(file, {});
    if (!isLocal(url)) return undefined; // nobody's file in a folder above sends a developer's calls elsewhere
    // A process that was killed leaves its file behind, and another project's host may be at that address.
    return (await new HostApi(url, token).isKnown()) ? { url, token } : undefined;
  } catch {
    return undefined;
  }
}
