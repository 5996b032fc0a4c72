import type { Identity, Range, SenderError, Timestamp, UniqueIndexHandle } from 'spacetick';
import { describe, expectTypeOf, it } from 'vitest';
import type { DbConnection, EventContext, reducers, SubscriptionHandle, tables } from '../fixtures/bindings/index.ts';

type Ship = Readonly<{ id: number; owner: number; x: number; y: number; callSign: string }>;
type User = Readonly<{ identity: Identity; name: string | undefined; online: boolean }>;
type Orb = Readonly<{ id: bigint; chunkX: number; chunkY: number; kind: number }>;
type Db = DbConnection['db'];

describe('[B1] what the bindings declare is what user code sees', () => {
  it('[B1] rows', () => {
    expectTypeOf<ReturnType<Db['ship']['iter']>>().toEqualTypeOf<IterableIterator<Ship>>();
    expectTypeOf<ReturnType<Db['user']['iter']>>().toEqualTypeOf<IterableIterator<User>>();
    expectTypeOf<ReturnType<Db['orb']['count']>>().toEqualTypeOf<bigint>();
    type InsertCallback = Parameters<Db['message']['onInsert']>[0];
    expectTypeOf<Parameters<InsertCallback>>().toEqualTypeOf<
      [EventContext, Readonly<{ sender: Identity; sent: Timestamp; text: string }>]
    >();
    // Whoever names the row type of the bindings takes cached rows all the same, and gives them away.
    expectTypeOf<(row: { sender: Identity; sent: Timestamp; text: string }) => void>().toExtend<
      (row: Parameters<InsertCallback>[1]) => void
    >();
    expectTypeOf<Db['message']>().not.toHaveProperty('onUpdate');
    expectTypeOf<Db['ship']>().toHaveProperty('onUpdate');
  });

  it('[B1] indexes', () => {
    expectTypeOf<Db['user']['identity']['find']>().toEqualTypeOf<(value: Identity) => User | null>();
    expectTypeOf<Db['ship']['callSign']>().toEqualTypeOf<UniqueIndexHandle<Ship, string>>();
    expectTypeOf<Db['ship']['call_sign']>().toEqualTypeOf<Db['ship']['callSign']>();
    type ByChunk = Parameters<Db['orb']['byChunk']['filter']>[0];
    expectTypeOf<[4]>().toExtend<ByChunk>();
    expectTypeOf<[4, Range<number>]>().toExtend<ByChunk>();
    expectTypeOf<Range<number>>().toExtend<ByChunk>();
    expectTypeOf<[string]>().not.toExtend<ByChunk>();
    expectTypeOf<[1, 2, 3]>().not.toExtend<ByChunk>();
    expectTypeOf<Db['orb']['countIndex']['filter']>().returns.toEqualTypeOf<IterableIterator<Orb>>();
    expectTypeOf<ReturnType<Db['user']>>().toExtend<Db['user']>();
  });

  it('[B1] arguments', () => {
    type Reducers = DbConnection['reducers'];
    expectTypeOf<{ dx: number; dy: number }>().toExtend<Parameters<Reducers['steer']>[0]>();
    expectTypeOf<{ dx: number }>().not.toExtend<Parameters<Reducers['steer']>[0]>();
    expectTypeOf<Reducers['steer']>().returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf<Parameters<Reducers['setName']>[0]>().toEqualTypeOf<string | { name: string }>();
    expectTypeOf<Reducers['join']>().toBeCallableWith();
    type Observer = Parameters<Reducers['onSendMessage']>[0];
    expectTypeOf<Parameters<Observer>[1]>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<Reducers>().toHaveProperty('removeOnSetName');
    expectTypeOf<(typeof reducers)['sendMessage']['name']>().toEqualTypeOf<'send_message'>();
  });

  it('[B1] events name their reducer and its arguments', () => {
    const read = (ctx: EventContext): string | undefined => {
      if (ctx.event.tag !== 'Reducer') return undefined;
      const { reducer } = ctx.event.value;
      return reducer.name === 'set_name' ? reducer.args?.name : undefined;
    };
    expectTypeOf(read).returns.toEqualTypeOf<string | undefined>();
    expectTypeOf<SenderError>().toExtend<Error>();
  });

  it('[B1] query columns', () => {
    type Where = Parameters<(typeof tables)['orb']['where']>[0];
    type Columns = Parameters<Where>[0];
    expectTypeOf<keyof Columns>().toEqualTypeOf<keyof Orb>();
    expectTypeOf<Parameters<Columns['chunkX']['eq']>[0]>().toExtend<unknown>();
    expectTypeOf<string>().not.toExtend<Parameters<Columns['chunkX']['eq']>[0]>();
    expectTypeOf<4>().toExtend<Parameters<Columns['chunkX']['eq']>[0]>();
  });

  it('[B1] connections', () => {
    type Connect = Parameters<ReturnType<typeof DbConnection.builder>['onConnect']>[0];
    expectTypeOf<Parameters<Connect>[0]>().toEqualTypeOf<DbConnection>();
    type Report = ReturnType<DbConnection['frameTick']>;
    expectTypeOf<Report['changes']['ship']['updated']>().toEqualTypeOf<readonly (readonly [from: Ship, to: Ship])[]>();
    type Handle = ReturnType<ReturnType<DbConnection['subscriptionBuilder']>['subscribe']>;
    expectTypeOf<Handle>().toEqualTypeOf<SubscriptionHandle>();
  });
});
