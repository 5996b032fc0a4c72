import { show } from '../values/index.ts';
import { systemClock } from './clock.ts';
import { stackOf } from './failure.ts';
import type { LogLevel } from './log.ts';
import type { ModuleTrace } from './module-trace.ts';

/** `console` as a module has it: every line goes to the database's log. */
export type ModuleConsole = Readonly<
  Record<
    'log' | 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'assert' | 'table' | 'time' | 'timeLog' | 'timeEnd',
    (...args: unknown[]) => void
  >
>;

const MICROS_PER_MILLI = 1000;

/**
 * @param write takes a finished line
 * @param trace of the module: errors are shown with the places in its author's files
 */
export function moduleConsole(write: (level: LogLevel, message: string) => void, trace?: ModuleTrace): ModuleConsole {
  const at =
    (level: LogLevel) =>
    (...args: unknown[]): void =>
      write(level, args.map((value) => inspect(value, trace)).join(' '));
  const started = new Map<string, bigint>();
  const elapsed = (label: string, data: readonly unknown[] = []): void => {
    const start = started.get(label);
    if (start === undefined) at('warn')(`Timer ${label} was not started`);
    else at('info')(`${label}: ${Number(systemClock.micros() - start) / MICROS_PER_MILLI} ms`, ...data);
  };
  return Object.freeze({
    time: (label: unknown = 'default'): void => void started.set(String(label), systemClock.micros()),
    timeLog: (label: unknown = 'default', ...data: unknown[]): void => elapsed(String(label), data),
    timeEnd: (label: unknown = 'default'): void => {
      elapsed(String(label));
      started.delete(String(label));
    },
    log: at('info'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    trace: at('trace'),
    table: at('info'),
    assert: (condition: unknown, ...args: unknown[]): void => {
      if (!condition) at('error')('Assertion failed', ...args);
    },
  });
}

/** A value as a log line shows it. */
function inspect(value: unknown, trace: ModuleTrace | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return trace?.translate(stackOf(value)) ?? stackOf(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'a function' : String(value);
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner)) ?? show(value);
  } catch {
    return show(value); // circular
  }
}
