import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import { type BindingsFolder, buildModule, type WrittenBindings } from './build-module.ts';

/** What happens to a module while it is worked on. */
export type DevEvent =
  | { readonly is: 'built'; readonly ms: number }
  | { readonly is: 'warning'; readonly text: string }
  | { readonly is: 'published'; readonly isFirst: boolean }
  | ({ readonly is: 'bound' } & WrittenBindings)
  /** All is as it should be; `isNew` when there is another version, `isMended` when the one before was broken. */
  | { readonly is: 'done'; readonly isFirst: boolean; readonly isNew: boolean; readonly isMended: boolean }
  /** What is wrong, and that the version before goes on, where there is one. */
  | { readonly is: 'broken'; readonly text: string; readonly code: string | undefined };

export interface DevModuleOptions {
  /** Folder or entry file of the module: an absolute path. */
  readonly module: string;
  /** Folders the bindings are written to. */
  readonly bindings: readonly BindingsFolder[];
  /** Puts a version in the place of the one before. */
  readonly publish: (source: string) => Promise<void>;
  /** Takes the files that the module was built from. */
  readonly onFiles: (files: readonly string[]) => void;
  readonly report: (event: DevEvent) => void;
}

/** The project's module: built, written down as bindings and published, again whenever it changes. */
export class DevModule {
  /** Resolves when, for the first time, all is as it should be. */
  readonly ready: Promise<void>;
  readonly #options: DevModuleOptions;
  #setReady!: () => void;
  #files: ReadonlySet<string> = new Set();
  #published: string | undefined;
  #isBroken = true;
  /** Somebody was told that it is broken. */
  #wasTold = false;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: DevModuleOptions) {
    this.#options = options;
    this.ready = new Promise((resolve) => {
      this.#setReady = resolve;
    });
  }

  /** Whether its last version does not run, or none has been tried. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether a change of this file may change the module. */
  concerns(file: string): boolean {
    if (this.#files.has(file)) return true;
    // What a broken module would be made of is not known: the mending may be in any file near it.
    return this.#isBroken && file.startsWith(this.folder + sep);
  }

  /** Builds and publishes, one after another; what is asked for while one waits is the same. Never rejects. */
  publish(): Promise<void> {
    if (this.#waiting > 1) return this.#last;
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      await this.#tryPublish();
      this.#waiting--;
    });
    return this.#last;
  }

  async #tryPublish(): Promise<void> {
    const { module, bindings, publish, onFiles, report } = this.#options;
    this.#isBroken = true;
    try {
      const startedAt = performance.now();
      const built = await buildModule(module, bindings);
      report({ is: 'built', ms: performance.now() - startedAt });
      this.#files = new Set(built.files);
      onFiles(built.files);
      const isFirst = this.#published === undefined;
      const isNew = built.source !== this.#published;
      if (isNew) {
        for (const text of built.warnings) report({ is: 'warning', text });
        await publish(built.source);
        this.#published = built.source;
        report({ is: 'published', isFirst });
      }
      const written = await built.putBindings(); // after the module: pages reload for them, and are to find it running
      for (const bindings of written) report({ is: 'bound', ...bindings });
      this.#isBroken = false;
      this.#setReady();
      report({ is: 'done', isFirst, isNew, isMended: this.#wasTold });
      this.#wasTold = false;
    } catch (error) {
      const code = error instanceof SpacetickError ? error.code : undefined;
      const text = code === undefined ? ((error as Error).stack ?? String(error)) : (error as SpacetickError).message;
      const still = this.#published === undefined ? '' : '\nThe version before it goes on.';
      report({ is: 'broken', text: text + still, code });
      this.#wasTold = true;
    }
  }

  /** Where the module's files are: an absolute path. */
  get folder(): string {
    const path = this.#options.module;
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? /\.[jt]s$/.test(path);
    return isFile ? resolve(path, '..') : path;
  }
}
