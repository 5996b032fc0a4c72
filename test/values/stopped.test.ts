import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { codecOf, copyValue, keyOf, MAX_DEPTH, type TypeBuilder, t } from '../../src/values/index.ts';

const Chain: TypeBuilder<unknown> = t.object('Chain', { hp: t.u8(), next: t.option(t.array(t.lazy(() => Chain))) });
const type = Chain.algebraicType;

/** A chain of so many levels, ending in what is given. */
function chain(levels: number, end: unknown = { hp: 1, next: undefined }): unknown {
  return levels === 1 ? end : { hp: 1, next: [chain(levels - 1, end)] };
}

const endless = {
  get hp(): number {
    for (;;);
  },
  next: undefined,
};

/** Stops `use` as a watchdog does: no `finally` of it runs. */
function stop(use: () => unknown): void {
  expect(() => runInNewContext('use()', { use }, { timeout: 20 })).toThrow(/timed out/);
}

describe('after code was stopped inside a recursive type', () => {
  it('[V57] copies have all their levels', () => {
    const copy = (value: unknown) => copyValue(type, codecOf(type), value, 'chain');
    for (let again = 0; again < 2; again++) stop(() => copy(chain(MAX_DEPTH - 1, endless)));
    expect(copy(chain(MAX_DEPTH))).toEqual(chain(MAX_DEPTH));
    expect(() => copy(chain(MAX_DEPTH + 1))).toThrow(expect.objectContaining({ code: 'E_VALUE_LIMIT' }));
  });

  it('[V57] keys have all their levels', () => {
    const key = keyOf(type);
    const before = key(chain(MAX_DEPTH));
    for (let again = 0; again < 2; again++) stop(() => key(chain(MAX_DEPTH - 1, endless)));
    expect(key(chain(MAX_DEPTH))).toBe(before);
  });
});
