import { describe, expect, it } from 'vitest';
import { bindingsFor, ForeignClient, until } from './support/foreign-client.ts';
import { harbour, V1 } from './support/harbour.ts';

const { call } = V1;

describe('SpacetimeDB 1.12.0', () => {
  it('[I4] hears of the calls of others, where their arguments are public', async () => {
    const { join } = await harbour(V1);
    const [ann, bob, cid] = [await join(), await join(), await join(undefined, true)];
    const heard: string[] = [];
    for (const [name, { conn }] of Object.entries({ bob, cid })) {
      conn.reducers.onSendMessage!(({ event }, args) => {
        heard.push(`${name} ${event.status!.tag} ${JSON.stringify(args)}`);
      });
    }
    await bob.subscribe('SELECT * FROM message');
    await cid.subscribe('SELECT * FROM message');
    await call(ann.conn, 'sendMessage', { text: 'ahoy' });
    await until(() => bob.rows('message').length + cid.rows('message').length === 2);
    expect(heard).toEqual(['bob Committed {"text":"ahoy"}']); // cid asked for less
  });

  it('[I5] goes on when arguments and reducers do not fit', async () => {
    const { host } = await harbour(V1);
    const wrong = await bindingsFor(host, 'harbour', V1.package, (text, path) => {
      if (path === 'move_reducer.ts') return text.replace('__t.i32()', '__t.u8()');
      return path === 'index.ts' ? text.replace("'sink'", "'warp'") : text;
    });
    const ann = await ForeignClient.connect(wrong, host, 'harbour');
    // It is told without the arguments (wire.md 3.3), which makes this client write to the console.
    ann.conn.reducers.move!({ id: 1, cell: 2 });
    ann.conn.reducers.warp!({ id: 1 });
    expect(await call(ann.conn, 'launch', { from: 1, count: 1 })).toBe('Committed');
    expect(ann.conn.isActive).toBe(true);
  });

  it('[I6] is told that event tables need another version', async () => {
    const { join } = await harbour(V1);
    const ann = await join();
    await expect(ann.subscribe('SELECT * FROM bump')).rejects.toThrow(/WebSocket v2/);
  });

  it('[I14] may ask not to be told of what succeeded', async () => {
    const { join } = await harbour(V1);
    const ann = await join();
    const heard: string[] = [];
    ann.conn.reducers.onSendMessage!(({ event }) => heard.push(event.status!.tag));
    ann.conn.setReducerFlags.sendMessage!('NoSuccessNotify');
    ann.conn.reducers.sendMessage!({ text: 'quiet' });
    ann.conn.reducers.sendMessage!({ text: '' });
    await call(ann.conn, 'setName', { name: 'Ann' });
    expect(heard).toEqual([]);
  });
});
