import { describe, expect, it } from 'vitest';
import { Arena, type Player, type Row } from './arena.ts';

const CENTRE = { x: 1600, y: 1200 };
const STOPPED = { vx: 0, vy: 0 };

/** One player in the middle of an arena without bots and orbs. */
function alone(): { arena: Arena; player: Player } {
  const arena = new Arena();
  const player = arena.connect();
  player.call('join');
  arena.removeBots();
  arena.setOrbs([]);
  arena.place(player, { ...CENTRE, ...STOPPED, angle: 0 });
  return { arena, player };
}

/** Two players on a line, the second to the right. */
function pair(distance: number): { arena: Arena; left: Player; right: Player } {
  const { arena, player: left } = alone();
  const right = arena.connect();
  right.call('join');
  arena.removeBots();
  arena.setOrbs([]);
  arena.place(left, { ...CENTRE, ...STOPPED, angle: 0 });
  arena.place(right, { x: CENTRE.x + distance, y: CENTRE.y, ...STOPPED, angle: Math.PI });
  return { arena, left, right };
}

/** Player 7 was at 700, 800 with 23 points, and their connection has ended. */
function returning(): { arena: Arena; before: Row } {
  const arena = new Arena();
  arena.connect(); // somebody stays
  const player = arena.connect(7n);
  player.call('join');
  arena.removeBots();
  arena.place(player, { x: 700, y: 800, angle: 1, vx: 300 });
  arena.setScore(player, 23);
  const before = pilotOf(arena, player);
  player.leave();
  return { arena, before };
}

function pilotOf(arena: Arena, player: Player): Row {
  const id = arena.shipIdOf(player);
  return arena.rows('pilot').find(({ shipId }) => shipId === id)!;
}

describe('the arena', () => {
  it('[G1] joining gives a connection one ship, inside the world', () => {
    const arena = new Arena();
    const player = arena.connect();
    expect(player.call('set_name', { name: 'Ada' })).toBeUndefined();
    expect(player.call('join')).toBeUndefined();
    const ships = arena.rows('ship').length;
    expect(player.call('join')).toBeUndefined();
    expect(arena.rows('ship')).toHaveLength(ships);
    const { x, y } = arena.ship(player);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(3200);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(2400);
    expect(arena.score(player)).toBe(0);
    expect(arena.rows('pilot').find(({ shipId }) => shipId === arena.shipIdOf(player))).toMatchObject({
      name: 'Ada',
      bot: false,
    });
  });

  it('[G1] two connections of one user have a ship each; a stranger has none', () => {
    const arena = new Arena();
    const first = arena.connect(7n);
    const second = arena.connect(7n);
    first.call('join');
    second.call('join');
    expect(arena.shipIdOf(first)).not.toBe(arena.shipIdOf(second));
    second.leave();
    expect(second.call('join')).toBe('Only a connected player can join');
    expect(second.call('steer', { x: 1, y: 0 })).toBe('Join before you fly');
  });

  it('[G2] steering moves a ship that way, up to a top speed, and it stops without', () => {
    const { arena, player } = alone();
    player.call('steer', { x: 0, y: 1 });
    arena.steps(1);
    const first = arena.ship(player);
    expect(first.y).toBeGreaterThan(CENTRE.y);
    expect(first.x).toBeCloseTo(CENTRE.x, 3);
    arena.steps(40);
    const fast = arena.ship(player);
    expect(fast.vy).toBeGreaterThan(430);
    expect(fast.vy).toBeLessThan(443);
    expect(fast.angle).toBeCloseTo(Math.PI / 2, 4);
    player.call('steer', { x: 0, y: 0 });
    arena.steps(60);
    const stopped = arena.ship(player);
    arena.steps(20);
    expect(arena.ship(player)).toEqual(stopped);
    expect(stopped).toMatchObject({ vx: 0, vy: 0, thrusting: false });
  });

  it('[G2] turns the short way', () => {
    const { arena, player } = alone();
    arena.place(player, { angle: 3 });
    player.call('steer', { x: -Math.cos(0.14), y: -Math.sin(0.14) }); // at -3.0, just beyond pi
    arena.steps(1);
    expect(Math.abs(arena.ship(player).angle)).toBeGreaterThan(2.9);
  });

  it('[G3] a long pause moves a ship no further than two steps', () => {
    const { arena, player } = alone();
    player.call('steer', { x: 1, y: 0 });
    arena.steps(60);
    arena.place(player, { ...CENTRE });
    const before = arena.ship(player);
    arena.clock.now += 60_000_000n; // the host slept for a minute
    arena.clock.turn(0);
    const moved = arena.ship(player).x - before.x;
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(45);
  });

  it.each([
    [Number.NaN, 0],
    [0, Number.POSITIVE_INFINITY],
    [1e30, 0],
    [-1.5, 0],
  ])('[G4] steering by %d, %d is refused', (x, y) => {
    const { arena, player } = alone();
    player.call('steer', { x: 0.5, y: 0 });
    const before = arena.rows('helm');
    expect(player.call('steer', { x, y })).toBe('Steering is two numbers from -1 to 1');
    expect(arena.rows('helm')).toEqual(before);
  });

  it('[G4] a corner of the stick is not faster than its edge', () => {
    const { arena, player } = alone();
    player.call('steer', { x: 1, y: 1 });
    arena.steps(60);
    const { vx, vy } = arena.ship(player);
    expect(Math.hypot(vx, vy)).toBeLessThan(443);
  });

  it('[G5] an orb is taken once and scored', () => {
    const { arena, left, right } = pair(60);
    const { x, y } = CENTRE;
    arena.setOrbs([
      { x: x + 30, y, kind: 2 },
      { x: x - 20, y: y + 10, kind: 0 },
      { x: x + 75, y, kind: 1 },
      { x, y: y + 300, kind: 2 },
    ]);
    const collected = events(arena, 'collected', left);
    arena.steps(3);
    expect(arena.score(left) + arena.score(right)).toBe(14);
    expect(arena.score(left)).toBe(11);
    expect(collected()).toBe(3);
    expect(arena.rows('orb').filter((orb) => orb.x === x + 30)).toHaveLength(0);
  });

  it('[G6] orbs come back, and are never too many', () => {
    const arena = new Arena();
    const player = arena.connect();
    expect(arena.rows('orb')).toHaveLength(240);
    player.call('join');
    arena.removeBots();
    arena.setOrbs([]);
    arena.steps(10);
    expect(arena.rows('orb')).toHaveLength(20);
    arena.steps(200);
    const count = arena.rows('orb').length;
    expect(count).toBeGreaterThan(230);
    expect(count).toBeLessThanOrEqual(240);
  });

  it('[G7] ships bounce off each other, and the bump is told', () => {
    const { arena, left, right } = pair(200);
    const bumps = events(arena, 'bump', left);
    arena.place(left, { vx: 400 });
    arena.place(right, { vx: -400 });
    arena.steps(6);
    expect(arena.ship(left).vx).toBeLessThan(0);
    expect(arena.ship(right).vx).toBeGreaterThan(0);
    expect(arena.ship(right).x - arena.ship(left).x).toBeGreaterThan(52);
    expect(bumps()).toBe(1);
  });

  it('[G7] two dashes into each other do not pass through', () => {
    for (let offset = 0; offset < 100; offset += 7) {
      const { arena, left, right } = pair(300 + offset);
      left.call('dash');
      right.call('dash');
      arena.steps(12);
      expect(arena.ship(left).x, `from ${300 + offset}`).toBeLessThan(arena.ship(right).x);
    }
  });

  it('[G7] a gentle touch is not told', () => {
    const { arena, left } = pair(54);
    const bumps = events(arena, 'bump', left);
    arena.place(left, { vx: 60 });
    arena.steps(3);
    expect(bumps()).toBe(0);
  });

  it.each([
    [100, 91],
    [4, 1],
    [2, 2],
  ])('[G8] a ship with %d points that a dash hits keeps %d', (before, after) => {
    const { arena, left, right } = pair(160);
    arena.setScore(right, before);
    left.call('dash');
    let lowest = before;
    for (let i = 0; i < 4; i++) {
      arena.steps(1);
      lowest = Math.min(lowest, arena.score(right));
    }
    expect(lowest).toBe(after);
  });

  it.each([
    ['x', -1, 0],
    ['x', 1, 0],
    ['y', 0, -1],
    ['y', 0, 1],
  ])('[G9] the fence keeps a ship inside: %s %d %d', (_axis, x, y) => {
    const { arena, player } = alone();
    player.call('steer', { x, y });
    for (let i = 0; i < 200; i++) {
      if (i % 35 === 0) player.call('dash');
      arena.steps(1);
      const at = arena.ship(player);
      expect(at.x).toBeGreaterThanOrEqual(26);
      expect(at.x).toBeLessThanOrEqual(3174);
      expect(at.y).toBeGreaterThanOrEqual(26);
      expect(at.y).toBeLessThanOrEqual(2374);
    }
  });

  it('[G10] a dash is a burst, and needs its cooldown', () => {
    const { arena, player } = alone();
    expect(player.call('dash')).toBeUndefined();
    expect(player.call('dash')).toBe('The dash is not ready yet');
    arena.steps(1);
    expect(arena.ship(player)).toMatchObject({ dashing: true });
    expect(arena.ship(player).vx).toBeGreaterThan(1000);
    arena.steps(10);
    expect(arena.ship(player)).toMatchObject({ dashing: false });
    expect(player.call('dash')).toBe('The dash is not ready yet');
    arena.steps(22);
    expect(player.call('dash')).toBeUndefined();
  });

  it('[G11] the end of a connection takes its ship away at once and keeps the user', () => {
    const { arena, left, right } = pair(400);
    const id = arena.shipIdOf(left);
    left.leave();
    expect(arena.rows('ship').some((ship) => ship.id === id)).toBe(false);
    expect(arena.rows('pilot').some((pilot) => pilot.shipId === id)).toBe(false);
    expect(arena.rows('helm').some((helm) => helm.shipId === id)).toBe(false);
    expect(arena.rows('user')).toHaveLength(2);
    expect(right.call('leave')).toBeUndefined();
    expect(arena.rows('pilot').every((pilot) => pilot.bot)).toBe(true);
    expect(right.call('join')).toBeUndefined();
  });

  it('[G11] a reload whose old connection ends late keeps the new ship, and the user online', () => {
    const arena = new Arena();
    const before = arena.connect(7n);
    before.call('join');
    const after = arena.connect(7n);
    after.call('join');
    const id = arena.shipIdOf(after);
    before.leave();
    expect(arena.shipIdOf(after)).toBe(id);
    expect(arena.rows('user')).toMatchObject([{ online: true }]);
    after.leave();
    expect(arena.rows('user')).toMatchObject([{ online: false }]);
  });

  it('[G12] bots fly only while somebody is connected, and make room', () => {
    const arena = new Arena();
    expect(bots(arena)).toBe(0);
    const players = [arena.connect()];
    expect(bots(arena)).toBe(6);
    players[0]!.call('join');
    expect(bots(arena)).toBe(5);
    for (let i = 0; i < 5; i++) {
      const player = arena.connect();
      player.call('join');
      players.push(player);
    }
    expect(bots(arena)).toBe(2);
    for (const player of players) player.leave();
    expect(arena.rows('ship')).toHaveLength(0);
    expect(arena.rows('helm')).toHaveLength(0);
  });

  it('[G12] bots collect orbs', () => {
    const arena = new Arena();
    arena.connect();
    for (let minute = 1; minute <= 3; minute++) {
      const before = new Map(arena.rows('pilot').map(({ shipId, score }) => [shipId, score as number]));
      arena.steps(1200);
      for (const { shipId, score, name } of arena.rows('pilot')) {
        expect((score as number) - before.get(shipId)!, `${name}, minute ${minute}`).toBeGreaterThan(15);
      }
    }
    const names = arena.rows('pilot').map(({ name }) => name);
    expect(new Set(names).size).toBe(6);
  });

  it('[G13] with nobody connected nothing runs', () => {
    const arena = new Arena();
    const player = arena.connect();
    player.call('join');
    arena.steps(5);
    player.leave();
    const clock = arena.rows('clock');
    expect(arena.rows('step_timer')).toHaveLength(0);
    arena.steps(20);
    expect(arena.rows('clock')).toEqual(clock);
    arena.connect();
    arena.steps(2);
    expect(arena.rows('clock')).not.toEqual(clock);
  });

  it('[G13] when nothing moves nothing is sent', () => {
    const arena = new Arena();
    const player = arena.connect();
    player.call('join');
    arena.removeBots();
    arena.place(player, { x: 1600, y: 40, ...STOPPED });
    arena.subscribe(player, ['ship', 'pilot', 'orb', 'user', 'bump', 'collected']);
    arena.steps(10); // an orb in reach is taken
    const before = player.received.length;
    arena.steps(20);
    expect(player.received.length).toBe(before);
  });

  it('[G14] the same calls at the same times give the same arena', () => {
    const run = () => {
      const arena = new Arena();
      const player = arena.connect();
      player.call('join');
      player.call('steer', { x: 0.6, y: -0.4 });
      arena.steps(50);
      player.call('dash');
      arena.steps(100);
      return ['ship', 'pilot', 'orb', 'helm'].map((table) => arena.rows(table));
    };
    expect(run()).toEqual(run());
  });

  it('[G15] 40 ships and 250 orbs fit a step many times over', () => {
    const arena = new Arena();
    const players = Array.from({ length: 38 }, () => arena.connect());
    for (const [i, player] of players.entries()) {
      player.call('join');
      player.call('steer', { x: Math.cos(i), y: Math.sin(i) });
    }
    expect(arena.rows('ship')).toHaveLength(40);
    arena.steps(40);
    const from = performance.now();
    arena.steps(100);
    expect((performance.now() - from) / 100).toBeLessThan(15); // about 1 ms on a quiet machine; a step has 50
  });

  it('[G16] whoever comes right back flies on where they were, with their score, once', () => {
    const { arena, before } = returning();
    arena.clock.turn(14_000);
    const after = arena.connect(7n);
    after.call('join');
    expect(arena.ship(after)).toMatchObject({ x: 700, y: 800, angle: 1, vx: 0, vy: 0 });
    expect(arena.score(after)).toBe(23);
    expect(pilotOf(arena, after).tint).toBe(before.tint);
    const second = arena.connect(7n);
    second.call('join');
    expect(arena.score(second)).toBe(0);
    expect(arena.ship(second)).not.toMatchObject({ x: 700, y: 800 });
    expect(arena.rows('berth')).toEqual([]);
  });

  it('[G16] too late is too late', () => {
    const { arena } = returning();
    arena.clock.turn(15_001); // a host's times never repeat, so the end was a little after the last turn
    const after = arena.connect(7n);
    after.call('join');
    expect(arena.score(after)).toBe(0);
    expect(arena.ship(after)).not.toMatchObject({ x: 700, y: 800 });
    expect(arena.rows('berth')).toEqual([]);
  });

  it('[G16] nobody else gets what was kept, and two players who return are two', () => {
    const { arena } = returning();
    const other = arena.connect(8n);
    other.call('join');
    expect(arena.score(other)).toBe(0);
    arena.setScore(other, 5);
    other.leave();
    const again = arena.connect(8n);
    const after = arena.connect(7n);
    after.call('join');
    again.call('join');
    expect([arena.score(after), arena.score(again)]).toEqual([23, 5]);
  });

  it('[G16] who leaves of their own will begins anew', () => {
    const { arena, player } = alone();
    arena.setScore(player, 23);
    player.call('leave');
    player.call('join');
    expect(arena.score(player)).toBe(0);
    player.call('leave');
    player.leave();
    expect(arena.rows('berth')).toEqual([]);
  });

  it('[G17] who just flies at the nearest orb outscores every bot', () => {
    const arena = new Arena();
    const player = arena.connect();
    player.call('join');
    const dashed = new Set<unknown>();
    for (let step = 0; step < 3600; step += 6) {
      arena.steps(6); // 0.3 s: as fast as a newcomer reacts
      for (const { id, dashing } of arena.rows('ship')) if (dashing) dashed.add(id);
      const ship = arena.ship(player);
      const way = ({ x, y }: Row) => Math.hypot((x as number) - ship.x, (y as number) - ship.y);
      const orb = arena.rows('orb').reduce((best, other) => (way(other) < way(best) ? other : best));
      const reach = Math.max(150, way(orb)); // as with the mouse: softer when near
      player.call('steer', { x: ((orb.x as number) - ship.x) / reach, y: ((orb.y as number) - ship.y) / reach });
    }
    for (const { name, bot, score } of arena.rows('pilot')) {
      if (bot) expect(score, String(name)).toBeLessThan(arena.score(player));
    }
    expect(dashed.size).toBe(0);
  });
});

describe('names and chat', () => {
  it('[N1] names are checked, with the words of the tutorial', () => {
    const arena = new Arena();
    const player = arena.connect();
    expect(player.call('set_name', { name: '' })).toBe('Names must not be empty');
    expect(player.call('set_name', { name: ' \u200b\u202e ' })).toBe('Names must not be empty');
    expect(player.call('set_name', { name: 'x'.repeat(17) })).toBe('Names must not be longer than 16 characters');
    expect(player.call('set_name', { name: '🚀'.repeat(16) })).toBeUndefined();
    const stranger = arena.database.call(
      'set_name',
      { encoding: 'value', value: { name: 'Nobody' } },
      { ...player.connection.session, identity: arena.database.identity },
    );
    expect(stranger).toMatchObject({ status: 'Failed', error: 'Cannot set name for unknown user' });
  });

  it('[N2] a new name shows on the ship', () => {
    const { arena, player } = alone();
    player.call('set_name', { name: 'Ada' });
    expect(arena.rows('pilot')).toMatchObject([{ name: 'Ada' }]);
  });

  it('[N3] messages are checked, with the words of the tutorial', () => {
    const arena = new Arena();
    const player = arena.connect();
    expect(player.call('send_message', { text: '' })).toBe('Messages must not be empty');
    expect(player.call('send_message', { text: ' \n\t ' })).toBe('Messages must not be empty');
    expect(player.call('send_message', { text: 'x'.repeat(141) })).toBe(
      'Messages must not be longer than 140 characters',
    );
    expect(player.call('send_message', { text: 'x'.repeat(140) })).toBeUndefined();
    expect(arena.rows('message')).toMatchObject([{ text: 'x'.repeat(140) }]);
  });

  it.each([
    ['hello\nthere\u0007', 'hello there'],
    ['\u202etxt.exe\u202c', 'txt.exe'],
    ['  many   spaces ', 'many spaces'],
    [`tower e${'\u0301'.repeat(30)}!`, 'tower e\u0301\u0301!'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['\u3164\u2800dots\u200d', 'dots'],
  ])('[N4] %j becomes %j', (typed, kept) => {
    const arena = new Arena();
    arena.connect().call('send_message', { text: typed });
    expect(arena.rows('message')).toMatchObject([{ text: kept }]);
  });

  it('[N5] nobody says too much at once, nor changes names too often', () => {
    const arena = new Arena();
    const player = arena.connect();
    const say = (text: string) => player.call('send_message', { text });
    expect([say('1'), say('2'), say('3')]).toEqual([undefined, undefined, undefined]);
    expect(say('4')).toBe('Not so fast: 3 messages in 5 seconds are enough');
    expect(arena.connect().call('send_message', { text: 'somebody else' })).toBeUndefined();
    for (const name of ['a', 'b', 'c']) expect(player.call('set_name', { name })).toBeUndefined();
    expect(player.call('set_name', { name: 'd' })).toBe('Not so fast: 3 names in 5 seconds are enough');
    arena.clock.turn(5000);
    expect(say('5')).toBeUndefined();
  });

  it('[N6] the last 50 messages are kept', () => {
    const arena = new Arena();
    const player = arena.connect();
    for (let i = 0; i < 60; i++) {
      arena.clock.turn(2000);
      expect(player.call('send_message', { text: `message ${i}` })).toBeUndefined();
    }
    const texts = arena.rows('message').map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `message ${i + 10}`));
  });

  it('[N7] a user comes back as the same user', () => {
    const arena = new Arena();
    const player = arena.connect(7n);
    player.call('set_name', { name: 'Ada' });
    player.leave();
    expect(arena.rows('user')).toMatchObject([{ name: 'Ada', online: false }]);
    arena.connect(7n);
    expect(arena.rows('user')).toMatchObject([{ name: 'Ada', online: true }]);
  });
});

function bots(arena: Arena): number {
  return arena.rows('pilot').filter((pilot) => pilot.bot).length;
}

/** Counts the rows of an event table that a player is told from here on. */
function events(arena: Arena, table: string, player: Player): () => number {
  arena.subscribe(player, [table]);
  const from = player.received.length;
  return () => arena.eventsIn(player.received.slice(from), table);
}
