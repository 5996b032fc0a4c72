import { createElement, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { type AnyModule, DbConnectionBuilder, DbConnectionImpl, procedureSchema, t } from 'spacetick';
import { eq, SpacetimeDBProvider, useProcedure, useReducer, useSpacetimeDB, useTable, where } from 'spacetick/react';
import { describe, expect, it, vi } from 'vitest';
import { DbConnection, reducers, tables } from '../fixtures/bindings/index.ts';

const builder = () => DbConnection.builder().withUri('ws://127.0.0.1:9').withDatabaseName('arena');

const rollDice = procedureSchema('roll_dice', { sides: t.u32() }, t.u32());

const Users: FunctionComponent = () => {
  const { isActive, identity, getConnection } = useSpacetimeDB<DbConnection>();
  const [users, isReady] = useTable(tables.user, where(eq('online', true)));
  return createElement('p', null, [isActive, identity, getConnection(), users.length, isReady].map(String).join(' '));
};

describe('without a page', () => {
  it('[P7] renders what is known on a server: nothing', () => {
    const html = renderToString(
      createElement(SpacetimeDBProvider, { connectionBuilder: builder() }, createElement(Users)),
    );
    expect(html).toBe('<p>false undefined null 0 false</p>');
  });

  it('[P5] says nothing of a builder that is not built', () => {
    vi.useFakeTimers();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    renderToString(createElement(SpacetimeDBProvider, { connectionBuilder: builder() }));
    vi.advanceTimersByTime(60_000);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    vi.useRealTimers();
  });

  it('[P7] a hook outside of a provider says so', () => {
    const hooks = [
      useSpacetimeDB,
      () => useTable(tables.user),
      () => useReducer(reducers.setName),
      () => useProcedure(rollDice),
    ];
    for (const hook of hooks) {
      const Lost: FunctionComponent = () => void hook();
      expect(() => renderToString(createElement(Lost))).toThrow(
        expect.objectContaining({ code: 'E_NO_PROVIDER', message: expect.stringMatching(/^use\w+\(\) was called/) }),
      );
    }
  });

  it('[R2] calls procedures of its connection', async () => {
    const bindings: AnyModule = {
      versionInfo: { cliVersion: '2.10.0' },
      tables: {},
      reducers: [],
      procedures: [rollDice],
    };
    const dice = new DbConnectionBuilder<DbConnectionImpl>(bindings, (config) => new DbConnectionImpl(config))
      .withUri('ws://127.0.0.1:9')
      .withDatabaseName('dice')
      .onConnectError(() => undefined);
    const rolls: Promise<number>[] = [];
    const Roll: FunctionComponent = () => {
      rolls.push(useProcedure(rollDice)({ sides: 6 }));
      return null;
    };
    for (const connectionBuilder of [dice, builder()]) {
      renderToString(createElement(SpacetimeDBProvider, { connectionBuilder }, createElement(Roll)));
    }
    // Nobody holds the connection of a rendering on the server.
    expect(await Promise.allSettled(rolls)).toMatchObject([
      { reason: { code: 'E_CONNECTION_LOST' } },
      { reason: { message: expect.stringContaining('There is no procedure roll_dice in the bindings') } },
    ]);
  });
});
