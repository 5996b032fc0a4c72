import { describe, expect, it } from 'vitest';
import { type ReducerCtx, SenderError, schema, t, table, type Uuid } from '../../src/module/index.ts';
import { DATABASE, moduleOf, player, World } from './support/world.ts';

const comet = schema({ orb: table({}, { id: t.u32() }) });
type Ctx = ReducerCtx<(typeof comet)['tables']>;
let job: (ctx: Ctx) => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer((ctx) => job(ctx)) });

function within<R>(world: World, body: (ctx: Ctx) => R): R {
  let result: R | undefined;
  job = (ctx) => {
    result = body(ctx);
  };
  world.run('run');
  return result as R;
}

const draws = ({ random }: Ctx) => Array.from({ length: 20 }, () => random());

describe('a context', () => {
  it('[H50] says who called whom', () => {
    const world = new World(module);
    const client = world.join(7);
    let seen: unknown[] = [];
    job = (ctx) => {
      const { sender, connectionId, databaseIdentity, identity, senderAuth } = ctx;
      seen = [sender, connectionId, databaseIdentity, identity, senderAuth];
    };
    client.call('run');
    const auth = { isInternal: false, hasJWT: false, jwt: null };
    expect(seen).toEqual([player(7), client.connectionId, DATABASE, DATABASE, auth]);
  });

  it('[H51] has a time that grows, whatever the clock does', () => {
    const world = new World(module);
    const times: bigint[] = [];
    const note = () => times.push(within(world, (ctx) => ctx.timestamp.microsSinceUnixEpoch));
    note();
    expect(times[0]).toBe(world.clock.micros());
    note();
    job = () => {
      throw new SenderError('no');
    };
    world.call('run');
    note();
    world.clock.jump(-10_000);
    note();
    world.clock.jump(20_000);
    note();
    expect(times.at(-1)).toBe(world.clock.micros());
    for (let i = 1; i < times.length; i++) expect(times[i]! > times[i - 1]!).toBe(true);
    expect(times[2]! - times[1]!).toBe(2n);
  });

  it('[H52] has randomness of its own, the same for the same time', () => {
    const [one, two] = [new World(module), new World(module)];
    const first = within(one, draws);
    expect(within(two, draws)).toEqual(first);
    expect(within(one, draws)).not.toEqual(first);
    expect(within(two, (ctx) => [draws(ctx), draws(ctx)].flat())).toHaveLength(40);
    const firsts = new Set(Array.from({ length: 2000 }, () => within(one, ({ random }) => random())));
    expect(firsts.size).toBe(2000);
    const all = [...firsts];
    expect(all.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(all.reduce((sum, value) => sum + value, 0) / all.length).toBeCloseTo(0.5, 1);
  });

  it('[H52] draws from ranges with both ends', () => {
    within(new World(module), ({ random }) => {
      const dice = new Set(Array.from({ length: 500 }, () => random.integerInRange(1, 6)));
      expect([...dice].sort()).toEqual([1, 2, 3, 4, 5, 6]);
      const big = new Set(Array.from({ length: 100 }, () => random.bigintInRange(-1n, 1n)));
      expect(big).toEqual(new Set([-1n, 0n, 1n]));
      const wide = Array.from({ length: 50 }, () =>
        random.integerInRange(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      );
      expect(wide.every(Number.isSafeInteger)).toBe(true);
      expect([random.integerInRange(3, 3), random.bigintInRange(5n, 5n)]).toEqual([3, 5n]);
      expect(random.uint32() >>> 0).toBeGreaterThanOrEqual(0);
      const bytes = random.fill(new Uint8Array(64));
      expect(new Set(bytes).size).toBeGreaterThan(20);
      expect(random.fill(new BigUint64Array(2))[1]! > 2n ** 32n).toBe(true);
      for (const empty of [
        () => random.integerInRange(2, 1),
        () => random.integerInRange(0.5, 3),
        () => random.bigintInRange(1n, 0n),
      ])
        expect(empty).toThrow(expect.objectContaining({ code: 'E_RANDOM_RANGE' }));
    });
  });

  it('[H53] makes UUIDs that are valid and in order', () => {
    const world = new World(module);
    const VALID = /^[0-9a-f]{8}-[0-9a-f]{4}-([47])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const made: Uuid[] = [];
    const again: Uuid[] = [];
    for (let i = 0; i < 5; i++) {
      made.push(...within(world, (ctx) => Array.from({ length: 50 }, () => ctx.newUuidV7())));
      again.push(...within(world, (ctx) => [ctx.newUuidV4(), ctx.newUuidV4()]));
      world.clock.jump(3);
    }
    expect(made.every((uuid) => VALID.test(uuid.toString()) && uuid.getVersion() === 'V7')).toBe(true);
    expect(again.every((uuid) => VALID.test(uuid.toString()) && uuid.getVersion() === 'V4')).toBe(true);
    expect(new Set([...made, ...again].map(String)).size).toBe(260);
    for (let i = 1; i < made.length; i++) expect(made[i]!.__uuid__ > made[i - 1]!.__uuid__).toBe(true);
    expect(Number(made[0]!.__uuid__ >> 80n)).toBe(1_800_000_000_000);
  });
});
