import type { LogLevel, LogRecord } from '../host/index.ts';
import { Timestamp } from '../host/index.ts';

const LEVEL_WIDTH = 5; // the longest level; shorter ones are aligned to its right (api.md 6.3)

/** Levels by weight, the lightest first. */
export const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'panic'];

const COLOURS: Readonly<Record<LogLevel, number>> = { trace: 90, debug: 36, info: 32, warn: 33, error: 31, panic: 35 };

/** A log record as `logs` prints it: `2025-04-08T15:47:46.935402Z  INFO: send_message: text`. */
export function formatLog(record: LogRecord, hasColours = false): string {
  const text = record.level.toUpperCase().padStart(LEVEL_WIDTH);
  const level = hasColours ? `\u001b[${COLOURS[record.level]}m${text}\u001b[0m` : text;
  const where = record.reducer === undefined ? '' : `${record.reducer}: `;
  return `${new Timestamp(record.micros).toISOString()} ${level}: ${where}${record.message}`;
}

/** A line of a host's log. Whatever it leaves out or adds, something can be shown. */
export interface RemoteLogLine {
  readonly level: LogLevel;
  /** Without the end of line. */
  readonly text: string;
}

/** @param line JSON of a record (`wire.md` 6) */
export function remoteLogLine(line: string, hasColours: boolean): RemoteLogLine {
  const record = JSON.parse(line) as Partial<Record<string, unknown>>;
  const level = LEVELS.find((name) => name === String(record.level).toLowerCase()) ?? 'info';
  const place = [known(record.function), placeOf(record)].filter((part) => part !== undefined).join(' ');
  const { trace = [] } = record as { trace?: readonly { module_name?: string; func_name?: string }[] };
  const frames = trace.map(({ module_name, func_name }) => `\n    in ${module_name ?? '?'} :: ${func_name ?? '?'}`);
  const text = formatLog(
    {
      level,
      micros: Number.isSafeInteger(record.ts) ? BigInt(record.ts as number) : 0n,
      reducer: place === '' ? undefined : place,
      message: `${record.message ?? ''}${frames.join('')}`,
    },
    hasColours,
  );
  return { level, text };
}

function placeOf({ filename, line_number: line }: Partial<Record<string, unknown>>): string | undefined {
  const file = known(filename);
  return file === undefined ? undefined : line === undefined || line === null ? file : `${file}:${line}`;
}

/** SpacetimeDB writes names in underscores where there is nothing to name. */
function known(name: unknown): string | undefined {
  return typeof name === 'string' && name !== '' && !/^__\w+__$/.test(name) ? name : undefined;
}
