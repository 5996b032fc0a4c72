import { isMainThread } from 'node:worker_threads';
import { SpacetickError } from '../../values/errors.ts';

export interface Inspector {
  /** Where a debugger could connect, undefined while none could. */
  url(): string | undefined;
}

/**
 * The inspector of this process, tried out. It is not imported, because `node:inspector` throws on import in a Node that
 * was built without it. Throws `E_WATCHDOG_UNAVAILABLE`.
 */
export function openInspector(): Inspector {
  if (!isMainThread) {
    throw unavailable('it was created in a worker thread, and only the main thread of a process can be watched');
  }
  if (!process.features.inspector) throw unavailable('this Node was built without the inspector');
  const inspector = process.getBuiltinModule('node:inspector');
  try {
    const session = new inspector.Session();
    session.connect();
    session.disconnect();
  } catch (cause) {
    throw unavailable('the inspector is not allowed here (node --permission needs --allow-inspector)', cause);
  }
  return inspector;
}

/** The error of a process in which nothing could be stopped. */
export function unavailable(reason: string, cause?: unknown): SpacetickError {
  return new SpacetickError(
    'E_WATCHDOG_UNAVAILABLE',
    `Endless reducers cannot be stopped: ${reason}. Run the host on the main thread of an ordinary Node 20 or newer.`,
    { cause },
  );
}
