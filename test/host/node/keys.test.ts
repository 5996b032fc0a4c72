import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOCK_FILE } from '../../../src/host/node/directory-lock.ts';
import { NodeHost } from '../../../src/host/node/index.ts';
import { ARENA } from './support/arena-module.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && entry.name !== LOCK_FILE).map(({ name }) => name);
  names.sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('keys', () => {
  it('[K7] are made on first start, the private one for the owner only', async () => {
    const folder = join(await temporaryFolder(), 'data');
    const host = await TestHost.open({ dataDirectory: folder });
    expect(Object.keys(await contents(folder))).toEqual(['id_ecdsa', 'id_ecdsa.pub']);
    expect((await stat(join(folder, 'id_ecdsa'))).mode & 0o777).toBe(0o600);
    const { id_ecdsa: privatePem, 'id_ecdsa.pub': publicPem } = await contents(folder);
    expect(privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const answer = await host.fetch('/v1/identity/public-key');
    expect(answer.headers.get('content-type')).toBe('application/pem-certificate-chain');
    expect(await answer.text()).toBe(publicPem);
    expect(publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('[K7] keep a player who they are over restarts', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await TestHost.open({ dataDirectory });
    await first.publish('arena', ARENA);
    const player = await first.join();
    const token = player.greeting.token!;
    const before = await contents(dataDirectory);
    await first.close();

    const second = await TestHost.open({ dataDirectory });
    const again = await second.join('arena', await second.socketToken(token));
    expect(again.identity).toBe(player.identity);
    expect(await contents(dataDirectory)).toEqual(before);
    await second.close();

    const elsewhere = await TestHost.open();
    const ping = await elsewhere.fetch('/v1/ping', { headers: { authorization: `Bearer ${token}` } });
    expect(ping.status).toBe(401); // without a data directory every start has keys of its own
  });

  it('[K8] that cannot be used stop the start, and nothing is overwritten', async () => {
    const pem = { type: 'pkcs8', format: 'pem' } as const;
    const spki = { type: 'spki', format: 'pem' } as const;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [own, other] = [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ];
    const wrong: Record<string, Record<string, string>> = {
      'no key': { id_ecdsa: 'garbage', 'id_ecdsa.pub': 'garbage' },
      empty: { id_ecdsa: '', 'id_ecdsa.pub': '' },
      'public one is garbage': { id_ecdsa: own.privateKey.export(pem).toString(), 'id_ecdsa.pub': 'garbage' },
      'no pair': {
        id_ecdsa: own.privateKey.export(pem).toString(),
        'id_ecdsa.pub': other.publicKey.export(spki).toString(),
      },
      'private one is lost': { 'id_ecdsa.pub': own.publicKey.export(spki).toString() },
      'other kind': {
        id_ecdsa: rsa.privateKey.export(pem).toString(),
        'id_ecdsa.pub': rsa.publicKey.export(spki).toString(),
      },
    };
    for (const [what, files] of Object.entries(wrong)) {
      const dataDirectory = await temporaryFolder();
      for (const [name, text] of Object.entries(files)) await writeFile(join(dataDirectory, name), text);
      const opening = NodeHost.open({ dataDirectory });
      await expect(opening, what).rejects.toMatchObject({ code: 'E_KEYS' });
      await expect(opening, what).rejects.toThrow(/id_ecdsa.* cannot be used: .+\. Restore them from a backup/s);
      expect([what, await contents(dataDirectory)]).toEqual([what, files]);
    }
  });

  it('[K8] that are folders, or in a folder that is a file, stop the start', async () => {
    const asFolder = await temporaryFolder();
    await mkdir(join(asFolder, 'id_ecdsa'));
    await expect(NodeHost.open({ dataDirectory: asFolder })).rejects.toMatchObject({ code: 'E_KEYS' });
    const asFile = join(await temporaryFolder(), 'data');
    await writeFile(asFile, '');
    await expect(NodeHost.open({ dataDirectory: asFile })).rejects.toMatchObject({ code: 'E_DATA_DIRECTORY' });
  });

  it('[K9] lose nothing when the public one is lost: it follows from the private one', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await TestHost.open({ dataDirectory });
    const { token } = await first.newToken();
    const before = await contents(dataDirectory);
    await first.close();
    await rm(join(dataDirectory, 'id_ecdsa.pub'));
    const second = await TestHost.open({ dataDirectory });
    expect(await contents(dataDirectory)).toEqual(before);
    const ping = await second.fetch('/v1/ping', { headers: { authorization: `Bearer ${token}` } });
    expect(ping.status).toBe(200);
  });
});
