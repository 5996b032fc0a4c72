import type { LogRecord } from '../host/index.ts';
import { Timestamp } from '../host/index.ts';

const LEVEL_WIDTH = 5; // the longest level; shorter ones are aligned to its right (api.md 6.3)

/** A log record as `logs` prints it: `2025-04-08T15:47:46.935402Z  INFO: send_message: text`. */
export function formatLog(record: LogRecord): string {
  const level = record.level.toUpperCase().padStart(LEVEL_WIDTH);
  const where = record.reducer === undefined ? '' : `${record.reducer}: `;
  return `${new Timestamp(record.micros).toISOString()} ${level}: ${where}${record.message}`;
}
