import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getGlobalLogLevel, type LogLevel, setGlobalLogLevel, stdbLogger } from '../../src/client/index.ts';
import { Reporter } from '../../src/client/reporter.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace'];
let written: unknown[][];

beforeEach(() => {
  written = [];
  for (const method of ['error', 'warn', 'info', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void written.push([method, ...args]));
  }
});

afterEach(() => {
  setGlobalLogLevel('info');
  vi.restoreAllMocks();
});

it('[G1] a line is written unless the global level leaves it out', () => {
  expect(getGlobalLogLevel()).toBe('info');
  for (const [at, level] of LEVELS.entries()) {
    setGlobalLogLevel(level);
    expect(getGlobalLogLevel()).toBe(level);
    for (const each of LEVELS) stdbLogger(each, 'docked at', 4);
    const lines = LEVELS.slice(0, at + 1).map((each) => [
      each === 'trace' ? 'debug' : each,
      `[spacetick] ${each}:`,
      'docked at',
      4,
    ]);
    expect(written.splice(0)).toEqual(lines);
  }
});

it('[G1] a message that is a function is asked for only when it is written', () => {
  const message = vi.fn(() => 'docked');
  stdbLogger('debug', message);
  expect(message).not.toHaveBeenCalled();
  stdbLogger('warn', message);
  expect(written).toEqual([['warn', '[spacetick] warn:', 'docked']]);
});

it('[G1] a level that is none is refused and changes nothing', () => {
  expect(() => setGlobalLogLevel('loud' as LogLevel)).toThrow(
    expect.objectContaining({
      code: 'E_LOG_LEVEL',
      message: '"loud" is no level of a log. Use error, warn, info, debug, trace.',
    }),
  );
  expect(getGlobalLogLevel()).toBe('info');
});

it('[G2] at error warnings of the package are left out too; its errors never are', () => {
  const reporter = new Reporter([]);
  reporter.warnOnce('ships', 'Ships drift.');
  setGlobalLogLevel('error');
  reporter.warnOnce('orbs', 'Orbs drift.');
  reporter.error(new Error('no such ship'), 'onInsert of ship');
  expect(written).toEqual([
    ['warn', '[spacetick] Ships drift.'],
    ['error', '[spacetick] onInsert of ship:', new Error('no such ship')],
  ]);
});
