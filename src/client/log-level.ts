import { SpacetickError, show } from '../values/index.ts';

const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const; // each includes those before it

/** How much is written to the console. */
export type LogLevel = (typeof LEVELS)[number];

// One for all connections of a page, as the console is.
let globalLevel: LogLevel = 'info';

/**
 * How much is written to the console: by `stdbLogger`, and by this package itself, whose warnings are left out at `error`.
 * @throws SpacetickError E_LOG_LEVEL
 */
export function setGlobalLogLevel(level: LogLevel): void {
  if (!LEVELS.includes(level)) {
    throw new SpacetickError('E_LOG_LEVEL', `${show(level)} is no level of a log. Use ${LEVELS.join(', ')}.`);
  }
  globalLevel = level;
}

/** At first `info`. */
export function getGlobalLogLevel(): LogLevel {
  return globalLevel;
}

/** What this package itself warns of. Its errors are always written. */
export function warn(text: string): void {
  if (globalLevel !== 'error') console.warn(`[spacetick] ${text}`);
}

/**
 * Writes a line to the console, unless the global level leaves it out.
 * @param message a function is called only when it is written
 */
export function stdbLogger(level: LogLevel, message: unknown, ...details: unknown[]): void {
  if (LEVELS.indexOf(level) > LEVELS.indexOf(globalLevel)) return;
  const write = level === 'trace' ? 'debug' : level; // console.trace would add a stack
  const text: unknown = typeof message === 'function' ? message() : message;
  console[write](`[spacetick] ${level}:`, text, ...details);
}
