import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

const DELAY_MS = 50; // editors write several files in one go
const UNWATCHED = /^(node_modules|dist|\..*)$/; // folders in which nobody writes a module

/** Tells of changes of files, also of such as are not there yet, in the folders of those that are. */
export class Watch {
  readonly #folders = new Map<string, FSWatcher>();
  readonly #onChange: (files: readonly string[]) => void;
  #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** @param onChange gets absolute paths: those that changed within a moment */
  constructor(onChange: (files: readonly string[]) => void) {
    this.#onChange = onChange;
  }

  /** Watches the folders of these files, too. @param files absolute paths */
  files(files: readonly string[]): void {
    for (const file of files) {
      if (!file.includes('/node_modules/')) this.#watch(dirname(file));
    }
  }

  /** Watches a folder and those in it. */
  tree(folder: string): void {
    this.#watch(folder);
    let entries: readonly string[];
    try {
      entries = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !UNWATCHED.test(entry.name))
        .map((entry) => entry.name);
    } catch {
      return; // it is gone
    }
    for (const name of entries) this.tree(join(folder, name));
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #watch(folder: string): void {
    if (this.#isOver || this.#folders.has(folder)) return;
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, (_event, name) => this.#note(name === null ? folder : join(folder, name)));
    } catch {
      return; // it is not there; whoever needs it says so
    }
    // A folder that is deleted ends its watcher; it is watched anew when its files are named again.
    watcher.on('error', () => this.#drop(folder));
    this.#folders.set(folder, watcher);
  }

  #drop(folder: string): void {
    this.#folders.get(folder)?.close();
    this.#folders.delete(folder);
  }

  #note(file: string): void {
    if (this.#isOver) return;
    this.#changed.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const files = [...this.#changed];
      this.#changed = new Set();
      this.#onChange(files);
    }, DELAY_MS);
  }
}
