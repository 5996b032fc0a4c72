import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteKept, keptFiles } from '../../../src/host/node/index.ts';
import { EMPTY } from './support/arena-module.ts';
import { TestHost, temporaryFolder } from './support/test-host.ts';

/** A data directory below a folder, with what a host leaves there. */
async function left(): Promise<{ parent: string; folder: string }> {
  const parent = await temporaryFolder();
  const folder = join(parent, 'data');
  const host = await TestHost.open({ dataDirectory: folder });
  await host.publish('orbs', EMPTY);
  await expect(deleteKept(folder)).rejects.toMatchObject({
    code: 'E_DATA_IN_USE',
    message: expect.stringMatching(/a host that runs already\. Stop that one first\.$/),
  });
  await host.close();
  return { parent, folder };
}

describe('what a host has kept', { timeout: 30_000 }, () => {
  it('[P21] is deleted with its directory, but not while a host has it', async () => {
    const { parent, folder } = await left();
    await writeFile(join(folder, 'host.lock'), 'of a process that was killed');
    await writeFile(join(folder, 'programs', `${'0'.repeat(64)}.json.new`), '{');
    expect(await keptFiles(folder)).toHaveLength(6);
    await deleteKept(folder);
    expect(await readdir(parent)).toEqual([]);
    expect(await keptFiles(folder)).toEqual([]);
  });

  it('[P21] stays where anything else is', async () => {
    const { folder } = await left();
    const refuses = async (name: string) => {
      const before = await readdir(folder, { recursive: true });
      await expect(deleteKept(folder)).rejects.toMatchObject({
        code: 'E_DATA_DIRECTORY',
        message: expect.stringContaining(`holds ${name}, which no host has written`),
      });
      expect(await readdir(folder, { recursive: true })).toEqual(before);
    };
    await writeFile(join(folder, 'programs', 'notes.json'), '{}');
    await refuses(join('programs', 'notes.json'));
    const keys = await temporaryFolder();
    await writeFile(join(keys, 'id_ecdsa'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    await expect(deleteKept(keys)).rejects.toThrow(/holds id_ecdsa, which no host has written/);
    await mkdir(join(keys, 'host.lock'));
    expect(await readdir(keys)).toHaveLength(2);
  });
});
