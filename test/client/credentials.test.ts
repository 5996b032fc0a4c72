import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from 'spacetick';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageCredentials } from '../../src/client/credentials.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';
let home: string;
let folder: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spacetick-home-'));
  folder = join(home, '.spacetimedb_client_credentials');
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe('credentials.File', () => {
  it('[K1] saves, loads and deletes a token by key', () => {
    const file = new credentials.File('quickstart-chat');
    expect(file.path).toBe(join(folder, 'quickstart-chat'));
    expect(file.load()).toBeUndefined();
    file.save(TOKEN);
    expect(new credentials.File('quickstart-chat').load()).toBe(TOKEN);
    expect(new credentials.File('another').load()).toBeUndefined();
    file.save('x.y.z');
    expect(file.load()).toBe('x.y.z');
    file.delete();
    file.delete();
    expect(file.load()).toBeUndefined();
  });

  it('[K1] is BSATN that only its owner can read', () => {
    new credentials.File('quickstart-chat').save(TOKEN);
    const bytes = readFileSync(join(folder, 'quickstart-chat'));
    expect(bytes.readUInt32LE(0)).toBe(TOKEN.length);
    expect(bytes.subarray(4).toString()).toBe(TOKEN);
    if (process.platform === 'win32') return;
    expect(statSync(join(folder, 'quickstart-chat')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('[K1] never leaves its folder', () => {
    const keys = ['../../escape', '..', '.', 'http://host:3000/db/Ann', 'a*b', '..\\x', '日本'];
    for (const key of keys) new credentials.File(key).save(`${key.length}.b.c`);
    expect(readdirSync(home)).toEqual(['.spacetimedb_client_credentials']);
    expect(readdirSync(folder)).toHaveLength(keys.length);
    for (const name of readdirSync(folder)) expect(name).toMatch(/^[\w%.-]+$/);
    for (const key of keys) expect(new credentials.File(key).load()).toBe(`${key.length}.b.c`);
    expect(() => new credentials.File('')).toThrow(expect.objectContaining({ code: 'E_CREDENTIALS' }));
  });

  it('[K2] is replaced whole, and says what is wrong with it', () => {
    const file = new credentials.File('ann');
    file.save(TOKEN);
    expect(readdirSync(folder)).toEqual(['ann']);
    writeFileSync(file.path, `${TOKEN}\n`);
    expect(file.load()).toBe(TOKEN);
    writeFileSync(file.path, 'not a token');
    const damaged = expect.objectContaining({ code: 'E_CREDENTIALS', message: expect.stringContaining(file.path) });
    expect(() => file.load()).toThrow(damaged);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    expect(() => file.save(TOKEN)).toThrow(damaged);
    expect(() => file.load()).toThrow(damaged);
  });

  it('[K3] is refused in a page', () => {
    expect(() => new pageCredentials.File('ann')).toThrow(
      expect.objectContaining({ code: 'E_CREDENTIALS', message: expect.stringContaining('localStorage') }),
    );
  });
});
