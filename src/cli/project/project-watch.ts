import { basename, dirname, join } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import { errorText } from '../error-text.ts';
import type { Terminal } from '../terminal.ts';
import type { Project } from './project.ts';

const FILES = /^spacetime(\.[\w-]+)*\.json$/;
const PLACE = /^(at|\w+At)$/; // fields that say where something stands: a comment moves it

/** What becomes of a project's files while a command goes on with what they said when it began. */
export class ProjectWatch {
  /** One of them, an absolute path: the others are, or come, beside it. */
  readonly file: string;
  readonly #read: () => Project | undefined;
  readonly #terminal: Terminal;
  readonly #began: string;
  #told: string;

  /** @param read reads them again */
  constructor(project: Project, read: () => Project | undefined, terminal: Terminal) {
    this.file = join(project.folder, 'spacetime.json');
    this.#read = read;
    this.#terminal = terminal;
    this.#began = saidBy(project);
    this.#told = this.#began;
  }

  /** Says what is new, and wrong. @param changed absolute paths */
  look(changed: readonly string[]): void {
    const folder = dirname(this.file);
    if (!changed.some((file) => dirname(file) === folder && FILES.test(basename(file)))) return;
    try {
      const project = this.#read();
      if (project?.folder !== folder) throw new SpacetickError('E_PROJECT', 'spacetime.json is gone.');
      const said = saidBy(project);
      if (!this.#isNews(said)) return;
      for (const warning of project.warnings) this.#terminal.err(`Warning: ${warning}`);
      const what = said === this.#began ? 'says what it said' : 'says something else: start dev again to go by it';
      this.#terminal.out(`${project.files.join(', ')} ${what}`);
    } catch (error) {
      const { code, message } = error as SpacetickError;
      if (this.#isNews(message))
        this.#terminal.err(errorText(new SpacetickError(code, `${message}\nWhat it said before goes on.`)));
    }
  }

  #isNews(told: string): boolean {
    const isNews = told !== this.#told;
    this.#told = told;
    return isNews;
  }
}

function saidBy({ targets, run, warnings }: Project): string {
  return JSON.stringify([targets, run, warnings], (key, value: unknown) => (PLACE.test(key) ? undefined : value));
}
