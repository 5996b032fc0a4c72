import { createPublicKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CryptoKey, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, importSPKI } from 'jose';
import { SpacetickError } from '../../values/index.ts';

export const SIGNING_ALGORITHM = 'ES256';

export const PRIVATE_FILE = 'id_ecdsa';
export const PUBLIC_FILE = 'id_ecdsa.pub';
const OWNER_ONLY = 0o600;

/** Paths of a host's keys, in PEM. */
export interface KeyFiles {
  readonly private: string;
  readonly public: string;
}

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
 * @param elsewhere where they are if not there
 * @throws SpacetickError E_KEYS when the files are there but are no keys: new ones would make every player a stranger
 */
export async function loadKeys(directory: string | undefined, elsewhere?: KeyFiles): Promise<SigningKeys> {
  if (directory === undefined && elsewhere === undefined) return (await makeKeys()).keys;
  const files = elsewhere ?? { private: join(directory!, PRIVATE_FILE), public: join(directory!, PUBLIC_FILE) };
  try {
    const [privatePem, publicPem] = [await readIfThere(files.private), await readIfThere(files.public)];
    if (privatePem !== undefined) return await readKeys(privatePem, publicPem, files.public);
    if (publicPem !== undefined) throw new Error('the private key is missing');
    const made = await makeKeys();
    for (const file of [files.private, files.public]) await mkdir(dirname(file), { recursive: true });
    await writeWhole(files.private, made.privatePem);
    await writeWhole(files.public, made.keys.publicPem);
    return made.keys;
  } catch (error) {
    throw new SpacetickError(
      'E_KEYS',
      `The signing keys ${files.private} and ${files.public} cannot be used: ${(error as Error).message}. Restore them ` +
        'from a backup, or move both away to begin with new ones; then every player is a new player.',
      { cause: error },
    );
  }
}

/** @param publicPem undefined when its file is missing: it follows from the private key, and is written again */
async function readKeys(privatePem: string, publicPem: string | undefined, publicFile: string): Promise<SigningKeys> {
  const derived = spkiOf(privatePem);
  if (publicPem === undefined) await writeWhole(publicFile, derived);
  else if (spkiOf(publicPem) !== derived) throw new Error('they are not a pair');
  return {
    privateKey: await importPKCS8(privatePem, SIGNING_ALGORITHM, { extractable: true }),
    publicKey: await importSPKI(derived, SIGNING_ALGORITHM, { extractable: true }),
    publicPem: derived,
  };
}

/** PEM of the public key in a PEM of either kind. */
function spkiOf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
}

async function makeKeys(): Promise<{ keys: SigningKeys; privatePem: string }> {
  const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicPem = spkiOf(await exportSPKI(publicKey));
  return { keys: { privateKey, publicKey, publicPem }, privatePem: await exportPKCS8(privateKey) };
}

/** Writes beside and moves: a start that is cut off must not leave half a key behind. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: OWNER_ONLY });
  await rename(`${file}.new`, file);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
