import { describe, expect, it } from 'vitest';
import { bindingsFor, ForeignClient, until } from './support/foreign-client.ts';
import { harbour, V2 } from './support/harbour.ts';

const { call } = V2;

describe('SpacetimeDB 2.10.1', () => {
  it('[I1] keeps its token, and is refused with a bad one', async () => {
    const { join } = await harbour(V2);
    const first = await join();
    first.conn.disconnect();
    await first.ended;
    expect((await join(first.token)).token).toBe(first.token);
    await expect(join('not.a.token')).rejects.toThrow(/verify token/);
  });

  it('[I5] is told of arguments and reducers that do not fit, and goes on', async () => {
    const { host } = await harbour(V2);
    const wrong = await bindingsFor(host, 'harbour', V2.package, (text, path) => {
      if (path === 'move_reducer.ts') return text.replace('__t.i32()', '__t.u8()');
      return path === 'index.ts' ? text.replace("'sink'", "'warp'") : text;
    });
    const ann = await ForeignClient.connect(wrong, host, 'harbour');
    expect(await call(ann.conn, 'move', { id: 1, cell: 2 })).toMatch(
      /^Failed: invalid arguments for reducer move: .*cell/,
    );
    expect(await call(ann.conn, 'warp', { id: 1 })).toMatch(/^Failed: .*no such reducer/);
    expect(await call(ann.conn, 'launch', { from: 1, count: 1 })).toBe('Committed');
  });

  it('[I10] hears events, and keeps none', async () => {
    const { join } = await harbour(V2);
    const [ann, bob] = [await join(), await join()];
    bob.watch('bump', ({ force, where }) => `${force} ${JSON.stringify(where)}`);
    await bob.subscribe('SELECT * FROM bump WHERE force > 1');
    await call(ann.conn, 'ram', { force: 0.5 });
    await call(ann.conn, 'ram', { force: 2.5 });
    await until(() => bob.log.length > 0);
    expect(bob.log).toEqual(['+bump 2.5 {"x":1,"y":-1} Transaction']);
    expect(bob.rows('bump')).toEqual([]);
  });
});
