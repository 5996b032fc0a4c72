import type { Identity } from 'spacetick';
import {
  and,
  eq,
  gt,
  gte,
  lt,
  lte,
  ne,
  not,
  or,
  type UseTableResult,
  useReducer,
  useTable,
  where,
} from 'spacetick/react';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { narrow } from '../../src/react/filter.ts';
import { reducers, tables } from '../fixtures/bindings/index.ts';

const sql = (filter: Parameters<typeof narrow>[1]) =>
  narrow(tables.ship, filter).toSql().replace('SELECT * FROM "ship" WHERE ', '').replaceAll('"ship".', '');

describe('filters in the style of 1.x', () => {
  it('[T2] are conditions of the query', () => {
    expect(sql(where(eq('callSign', "O'Neil")))).toBe(`"call_sign" = 'O''Neil'`);
    expect(sql(and(gt('x', 1), lte('x', 2)))).toBe('("x" > 1) AND ("x" <= 2)');
    expect(sql(or(lt('x', 1), gte('x', 2), ne('owner', 3)))).toBe('("x" < 1) OR ("x" >= 2) OR ("owner" <> 3)');
  });

  it('[T2] negate without NOT, which hosts do not know', () => {
    expect(sql(not(eq('owner', 3)))).toBe('"owner" <> 3');
    expect(sql(not(not(lt('x', 1))))).toBe('"x" < 1');
    expect(sql(not(and(lt('x', 1), or(gt('y', 2), not(ne('owner', 3))))))).toBe(
      '("x" >= 1) OR (("y" <= 2) AND ("owner" <> 3))',
    );
  });

  it('[T7] name columns that there are', () => {
    expect(() => narrow(tables.ship, eq('call_sing', 'Ada'))).toThrow(
      expect.objectContaining({
        code: 'E_QUERY',
        message: expect.stringMatching(/^where\(\.{3}\) names a column call_sing; the table has .*callSign/),
      }),
    );
  });
});

describe('types', () => {
  it('[T7] follow the bindings', () => {
    type User = Readonly<{ identity: Identity; name: string | undefined; online: boolean }>;
    const users = () => useTable(tables.user, where(eq('online', true)), { onInsert: (user) => user.name });
    expectTypeOf(users).returns.toExtend<readonly [readonly User[], boolean]>();
    expectTypeOf<UseTableResult<unknown>[1]>().toEqualTypeOf<boolean>();
    const both = () => useTable(tables.user, where(and(eq('online', true), ne('name', 'Ada'))));
    expectTypeOf(both).returns.toEqualTypeOf<ReturnType<typeof users>>();
    // @ts-expect-error: online is no text
    const wrongValue = () => useTable(tables.user, where(eq('online', 'yes')));
    // @ts-expect-error: there is no such column
    const wrongColumn = () => useTable(tables.user, where(eq('onlin', true)));
    const setName = () => useReducer(reducers.setName);
    expectTypeOf<ReturnType<ReturnType<typeof setName>>>().toEqualTypeOf<Promise<void>>();
    expectTypeOf<[{ name: string }]>().toExtend<Parameters<ReturnType<typeof setName>>>();
    expectTypeOf<[{ name: number }]>().not.toExtend<Parameters<ReturnType<typeof setName>>>();
    expect([wrongValue, wrongColumn]).toHaveLength(2);
  });
});
