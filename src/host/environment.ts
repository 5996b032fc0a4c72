import type { SpacetickError } from '../values/index.ts';
import type { HostClock } from './clock.ts';
import type { LogRecord } from './log.ts';
import type { ProcedureDatabase, ProcedureRunner } from './procedures/runner.ts';

/** What the platform gives a database. */
export interface DatabaseEnvironment {
  readonly clock: HostClock;
  /** Takes every line written to a database's log, from its `init` on. */
  onLog?(database: string, record: LogRecord): void;
  /** Called when module code is done and nothing may stop what follows (a watchdog's reach ends here). */
  seal(): void;
  /** Called when module code runs again after `seal` within the same job, and may be stopped again. */
  resume?(): void;
  /** Runs procedures elsewhere than in the turns of the database. @param source of the program */
  procedures?(source: string, database: ProcedureDatabase): ProcedureRunner;
  /** Runs `job` soon, never before `post` returns; `stopped` when the job was stopped in the middle. */
  post(job: () => void, stopped: (error: SpacetickError) => void): void;
}
