import type { ClientCache } from './cache/client-cache.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { Clock } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Inbox } from './inbox.ts';
import type { Link } from './link.ts';
import { TickReport } from './report.ts';
import type { Reporter } from './reporter.ts';
import type { Session } from './session.ts';

export interface TickParts {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly link: Link;
  readonly state: ConnectionState;
  readonly callbacks: CallbackQueue;
  readonly session: Session;
  readonly cache: ClientCache;
  readonly reporter: Reporter;
}

/** Drains the inbox: the only place where callbacks run. */
export class Tick {
  readonly report: TickReport;
  readonly #parts: TickParts;
  #isRunning = false;

  constructor(parts: TickParts) {
    this.#parts = parts;
    this.report = new TickReport(parts.cache);
  }

  /**
   * Handles what waits, in order of arrival; what arrives meanwhile waits for the next tick.
   * @param maxMs stop between messages after so many milliseconds; at least one is handled
   */
  run(maxMs: number): TickReport {
    const { report } = this;
    const { clock, inbox, state, session, cache, reporter } = this.#parts;
    if (this.#isRunning) {
      reporter.warnOnce('nested tick', 'frameTick() was called inside a callback of frameTick(): it did nothing.');
      return report;
    }
    report.reset(!state.isEnded);
    cache.clearLogs();
    if (inbox.size === 0 && !session.hasWaiting) return report;
    const start = clock.now();
    this.#begin();
    if (session.hasWaiting) report.rows += session.release();
    report.dropped = cache.droppedEvents;
    cache.droppedEvents = 0;
    for (let left = inbox.size; left > 0 && inbox.size > 0; left--) {
      const entry = inbox.take();
      if (entry.bytes !== undefined) report.messages++;
      report.rows += session.handle(entry);
      if (clock.now() - start >= maxMs) break;
    }
    this.#finish();
    report.active = !state.isEnded;
    report.backlog = inbox.size;
    report.ms = clock.now() - start;
    return report;
  }

  /** Handles what waits without calling anybody: for a page that nobody sees. */
  runQuiet(): void {
    if (this.#isRunning) return;
    const { inbox, callbacks, session, cache } = this.#parts;
    cache.clearLogs();
    this.#begin();
    callbacks.isQuiet = true;
    for (let left = inbox.size; left > 0 && inbox.size > 0; left--) session.handle(inbox.take());
    callbacks.isQuiet = false;
    this.#finish();
  }

  #begin(): void {
    this.#isRunning = true;
    this.#parts.link.hold();
  }

  #finish(): void {
    this.#isRunning = false;
    this.#parts.link.release();
  }
}
