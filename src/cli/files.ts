import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SpacetickError } from '../host/index.ts';

const OWNER_ONLY = 0o600;

/** Where commands keep things. */
export interface FolderOptions {
  rootDir?: string;
  configPath?: string;
}

/** Folder where a host keeps its keys and programs unless told otherwise. */
export function defaultDataDirectory({ rootDir }: FolderOptions): string {
  if (rootDir !== undefined) return join(rootDir, 'data');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'spacetick', 'data');
}

/** File with the servers that are known by name. */
export function configFile({ rootDir, configPath }: FolderOptions): string {
  if (configPath !== undefined) return configPath;
  const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'spacetick');
  return join(rootDir === undefined ? folder : join(rootDir, 'config'), 'config.json');
}

/** File with the tokens, beside the other. */
export function credentialsFile(options: FolderOptions): string {
  return join(dirname(configFile(options)), 'credentials.json');
}

/** What a JSON file of ours holds; `missing` when it is not there. @throws SpacetickError E_CONFIG */
export async function readJson<T>(file: string, missing: T): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // said below
  }
  throw new SpacetickError('E_CONFIG', `${file} is not JSON. Mend it, or delete it to begin anew.`);
}

/** Replaces a file whole; readable by its owner only. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
  await rename(draft, file);
}
