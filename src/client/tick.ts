import { runAll } from './callback-queue.ts';
import { tellFolded } from './narrator.ts';
import type { Parts } from './parts.ts';
import type { TickReport } from './report.ts';
import { handle } from './session.ts';

// Draining the inbox: the only place where callbacks run.

/** Whether a tick would do anything. */
export function hasWork({ inbox, callbacks, folded }: Parts): boolean {
  return inbox.size + callbacks.early.length + callbacks.late.length > 0 || folded !== undefined;
}

/**
 * Handles what waits, in order of arrival; what arrives meanwhile waits for the next tick.
 * @param maxMs stop between messages after so many milliseconds; at least one is handled
 */
export function tick(parts: Parts, maxMs = Number.POSITIVE_INFINITY): TickReport {
  const { report, clock, inbox, callbacks, cache, reporter } = parts;
  if (parts.isTicking) {
    reporter.warnOnce('nested tick', 'frameTick() was called inside a callback of frameTick(): it did nothing.');
    return report;
  }
  report.reset();
  cache.clearLogs();
  if (hasWork(parts)) {
    const start = clock.now();
    parts.isTicking = true;
    runAll(callbacks.early);
    report.rows = tellFolded(parts);
    runAll(callbacks.late);
    report.dropped = cache.droppedEvents;
    cache.droppedEvents = 0;
    for (let left = inbox.size; left > 0; left--) {
      const entry = inbox.take();
      if (entry.bytes !== undefined) report.messages++;
      report.rows += handle(parts, entry);
      if (clock.now() - start >= maxMs) break;
    }
    finish(parts);
    report.backlog = inbox.size;
    report.ms = clock.now() - start;
  }
  report.active = !parts.isEnded;
  if (parts.isEnded && report.backlog === 0) parts.driver.stop();
  return report;
}

/** Handles what waits without calling anybody: for a page that nobody sees. */
export function tickQuietly(parts: Parts): void {
  if (parts.isTicking) return;
  const { inbox, callbacks, cache } = parts;
  cache.clearLogs();
  parts.isTicking = true;
  callbacks.isQuiet = true;
  for (let left = inbox.size; left > 0; left--) handle(parts, inbox.take());
  callbacks.isQuiet = false;
  finish(parts);
}

function finish(parts: Parts): void {
  parts.isTicking = false;
  parts.link.release();
}
