import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { heldBytes } from '../../heap.ts';
import { TestHost } from './support/test-host.ts';

const MB = 1024 * 1024;

describe('floods', { timeout: 120_000 }, () => {
  it('[W20] handles 10,000 frames sent at once, all of them, in order', async () => {
    const host = await TestHost.withArena();
    const player = await host.join();
    const before = heldBytes();
    const calls = Array.from({ length: 10_000 }, (_, i) => player.call('launch', [i % 1000]));
    await player.answerTo(calls.at(-1)!);
    const answered = player.messages.slice(1).map(({ reducer }) => reducer!.requestId);
    expect(answered).toEqual(calls);
    expect(host.rows('ship')).toHaveLength(10_000);
    player.messages.length = 1;
    expect(heldBytes() - before).toBeLessThan(20 * MB); // 10,000 rows, and nothing of the frames
  });

  it('[W20] does not read faster than it handles: what waits, waits at the client', async () => {
    const host = await TestHost.withArena();
    const [flooder, other] = [await host.join(), await host.join()];
    const padding = new Uint8Array(256 * 1024);
    const frames = 250;
    for (let requestId = 1; requestId <= frames; requestId++) {
      flooder.socket.send(encode({ type: 'CallReducer', requestId, reducer: 'dawdle', args: [], padding }));
    }
    await flooder.answerTo(1);
    const waiting = flooder.socket.bufferedAmount;
    expect(waiting).toBeGreaterThan((frames * padding.length) / 2); // the rest: both ends' kernel, and a MB of ours
    await other.ask('launch', [1]); // does not wait for all of it
    expect(host.rows('ship').length).toBeLessThan(frames);
    await flooder.answerTo(frames);
    expect(host.rows('ship')).toHaveLength(frames + 1);
  });

  it('[W21] cuts off who does not read; memory stays within the limit, and the others play on', async () => {
    const limit = 2 * MB;
    const host = await TestHost.withArena({ limits: { maxOutgoingBytes: limit } });
    const captain = await host.join();
    const slow = await Promise.all([host.join(), host.join(), host.join()]);
    for (const player of slow) {
      await player.subscribe(1, 'SELECT * FROM cargo');
      player.socket.pause();
    }
    const before = heldBytes();
    let most = 0;
    const [crates, chars] = [50, 20_000]; // a message of 1 MB
    for (let i = 0; i < 150; i++) {
      expect((await captain.ask('load', [crates, chars])).type).toBe('TransactionUpdate');
      await captain.ask('unload');
      captain.messages.length = 1;
      if (i % 5 === 0) most = Math.max(most, heldBytes() - before);
    }
    // Per slow reader what may wait and the message that went beyond it; 450 MB would have waited without a limit.
    expect(most).toBeLessThan(slow.length * (limit + 2 * MB) + 10 * MB);
    expect(host.node.host.find('arena')!.sessions.size).toBe(1);
    expect(host.rows('visit').filter(({ what }) => what === 'left')).toHaveLength(slow.length);
    console.log(`three readers that do not read: at most ${(most / MB).toFixed(1)} MB held, of 450 MB sent`);
    for (const player of slow) {
      player.socket.resume();
      expect([1013, 1006]).toContain((await player.ended).code); // told, unless it took longer than the host waits
    }
  });
});
