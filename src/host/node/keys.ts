import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, importSPKI } from 'jose';
import { SpacetickError } from '../../values/index.ts';

export const SIGNING_ALGORITHM = 'ES256';

const PRIVATE_FILE = 'id_ecdsa';
const PUBLIC_FILE = 'id_ecdsa.pub';
const OWNER_ONLY = 0o600;

export interface SigningKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** PEM of the public key. */
  readonly publicPem: string;
}

/**
 * The host's signing keys, kept in its data directory: players keep their identities for as long as these are kept.
 * Made on first start.
 * @param directory undefined for a host that keeps nothing
 * @throws SpacetickError E_KEYS when the files are there but are no keys: new ones would make every player a stranger
 */
export async function loadKeys(directory: string | undefined): Promise<SigningKeys> {
  if (directory === undefined) return makeKeys();
  const [privateFile, publicFile] = [join(directory, PRIVATE_FILE), join(directory, PUBLIC_FILE)];
  const privatePem = await readIfThere(privateFile);
  if (privatePem === undefined) {
    const keys = await makeKeys();
    await mkdir(directory, { recursive: true });
    await writeFile(publicFile, keys.publicPem);
    // Written beside and moved: a start that is cut off must not leave half a key behind.
    await writeFile(`${privateFile}.new`, await exportPKCS8(keys.privateKey), { mode: OWNER_ONLY });
    await rename(`${privateFile}.new`, privateFile);
    return keys;
  }
  try {
    const publicPem = await readFile(publicFile, 'utf8');
    return {
      privateKey: await importPKCS8(privatePem, SIGNING_ALGORITHM, { extractable: true }),
      publicKey: await importSPKI(publicPem, SIGNING_ALGORITHM, { extractable: true }),
      publicPem,
    };
  } catch (error) {
    throw new SpacetickError(
      'E_KEYS',
      `The signing keys ${privateFile} and ${publicFile} cannot be read: ${(error as Error).message}. Restore them from ` +
        'a backup, or move both away to begin with new ones; then every player is a new player.',
      { cause: error },
    );
  }
}

async function makeKeys(): Promise<SigningKeys> {
  const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  return { privateKey, publicKey, publicPem: await exportSPKI(publicKey) };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
