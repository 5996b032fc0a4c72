import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

const REBUILD_DELAY_MS = 50; // editors write several files in one go

/** Does work again whenever a file changes that it was made from. */
export class DevLoop {
  readonly #work: () => Promise<readonly string[] | undefined>;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param work gives the files it was made from; undefined when it failed and those of before are still the ones */
  constructor(work: () => Promise<readonly string[] | undefined>) {
    this.#work = work;
  }

  /** Watches a folder from the start, whatever the work is made from. */
  watch(folder: string): void {
    if (this.#isClosed || this.#watchers.has(folder)) return;
    const watcher = watch(folder, () => this.#later());
    watcher.on('error', () => undefined); // a folder that was deleted
    this.#watchers.set(folder, watcher);
  }

  /** Works now, and one after another. */
  run(): Promise<void> {
    this.#running = this.#running.then(async () => {
      for (const file of (await this.#work()) ?? []) this.watch(dirname(file));
    });
    return this.#running;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), REBUILD_DELAY_MS);
  }
}
