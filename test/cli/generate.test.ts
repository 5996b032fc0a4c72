import { readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Desk, HEAD, orbs, ROOT } from './command.ts';

const CHAT = join(ROOT, 'test/fixtures/quickstart-chat');
const CHAT_FILES = [
  'codecs.ts',
  'index.ts',
  'message_table.ts',
  'send_message_reducer.ts',
  'set_name_reducer.ts',
  'types.ts',
  'types/procedures.ts',
  'types/reducers.ts',
  'user_table.ts',
];

describe('generate', { timeout: 120_000 }, () => {
  const desk = new Desk();
  afterAll(() => desk.clear());

  it("[CL30] writes the files of the seed's module, and says so", async () => {
    const ran = await desk.run('generate', '--lang', 'typescript', '--out-dir', 'chat', '--module-path', CHAT);
    expect(ran).toEqual({
      code: 0,
      out: [...CHAT_FILES.map((file) => `Writing file ${join('chat', file)}`), 'Generate finished successfully.'],
      err: [],
    });
    expect(desk.files('chat')).toEqual(CHAT_FILES);
    const index = readFileSync(join(desk.folder, 'chat/index.ts'), 'utf8');
    for (const name of ['tables', 'reducers', 'DbConnection', 'EventContext', 'SubscriptionHandle']) {
      expect(index).toMatch(new RegExp(`export (const|class|type|declare class|function) ${name}\\b`));
    }
    expect(index).toMatch(/from 'spacetick'|from "spacetick"/);
  });

  it('[CL31] writes only what differs, and other imports when told', async () => {
    const again = await desk.run('generate', '-l', 'ts', '-o', 'chat', '--project-path', CHAT, 'quickstart-chat');
    expect(again.out).toEqual(['Generate finished successfully.']);
    const file = join(desk.folder, 'chat/types.ts');
    utimesSync(file, 1, 1);
    rmSync(join(desk.folder, 'chat/user_table.ts'));
    const mended = await desk.run('generate', '-o', 'chat', '-p', CHAT);
    expect(mended.out).toEqual([`Writing file ${join('chat', 'user_table.ts')}`, 'Generate finished successfully.']);
    expect(statSync(file).mtimeMs).toBe(1000);
    await desk.run('generate', '-o', 'other', '-p', CHAT, '--import-path', 'spacetimedb');
    const index = readFileSync(join(desk.folder, 'other/index.ts'), 'utf8');
    expect(index).toMatch(/from ['"]spacetimedb['"]/);
    expect(index).not.toMatch(/from ['"]spacetick['"]/);
  });

  it('[CL32] leaves private tables out and names them, unless told otherwise', async () => {
    desk.write(
      'secret/index.ts',
      `${HEAD}const orb = table({ name: 'orb', public: true }, { id: t.u32().primaryKey() });\n` +
        `const vault = table({ name: 'vault' }, { id: t.u32().primaryKey() });\n` +
        `const cellar = table({ name: 'cellar' }, { id: t.u32().primaryKey() });\n` +
        'export default schema({ orb, vault, cellar });\n',
    );
    const without = await desk.run('generate', '-o', 'secret-out', '-p', 'secret');
    expect(without.out[0]).toMatch(/^Skipping private tables during codegen: (vault, cellar|cellar, vault)\.$/);
    expect(desk.files('secret-out')).not.toContain('vault_table.ts');
    const all = await desk.run('generate', '-o', 'secret-all', '-p', 'secret', '--include-private');
    expect(all.out.join('\n')).not.toMatch(/Skipping/);
    expect(desk.files('secret-all')).toContain('vault_table.ts');
  });

  it('[CL33] names files that are left over and deletes them only when told; others are never touched', async () => {
    desk.write('moving/index.ts', orbs('export const take = spacetimedb.reducer(() => {});'));
    await desk.run('generate', '-o', 'moved', '-p', 'moving');
    desk.write('moved/notes.ts', '// mine\n');
    desk.write('moving/index.ts', orbs());
    const kept = await desk.run('generate', '-o', 'moved', '-p', 'moving');
    expect(kept.code).toBe(0);
    expect(kept.out).toEqual(
      expect.arrayContaining([
        'These files were generated before and are not any more:',
        `  ${join('moved', 'take_reducer.ts')}`,
      ]),
    );
    expect(kept.err).toEqual(['They stay. Pass --yes to have them deleted.']);
    expect(desk.files('moved')).toContain('take_reducer.ts');
    const deleted = await desk.run('generate', '-o', 'moved', '-p', 'moving', '--yes');
    expect([deleted.code, deleted.err]).toEqual([0, []]);
    expect(desk.files('moved')).not.toContain('take_reducer.ts');
    expect(desk.files('moved')).toContain('notes.ts');
  });

  it('[CL34] writes nothing for a module that does not load', async () => {
    desk.write('bad/index.ts', `${HEAD}throw new Error('no fuel');\n`);
    const ran = await desk.run('generate', '-o', 'bad-out', '-p', 'bad');
    expect(ran).toEqual({ code: 1, errorCode: 'E_MODULE', out: [], err: ['Error: bad/index.ts:2:7: no fuel'] });
    expect(() => desk.files('bad-out')).toThrow(/ENOENT/);
  });
});
