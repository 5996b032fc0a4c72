import { SpacetickError } from '../host/index.ts';

/** What `--yes=` may say yes to (`api.md` 6.2). */
const QUESTIONS = ['all', 'remote', 'migrate', 'break-clients', 'skip-login', 'delete-data'] as const;
export type Question = (typeof QUESTIONS)[number];

/** `--yes`, and the list behind `--yes=`. */
export interface AnswerOptions {
  yes?: boolean;
  yesTo?: string;
}

/** Questions answered beforehand. */
export class Answers {
  readonly #given: ReadonlySet<string>;

  /** @throws SpacetickError E_USAGE for an answer to a question that is never asked */
  constructor({ yes, yesTo }: AnswerOptions) {
    const given = yesTo === undefined ? [] : yesTo.split(',').map((name) => name.trim());
    for (const name of given) {
      if ((QUESTIONS as readonly string[]).includes(name)) continue;
      throw new SpacetickError('E_USAGE', `--yes=${name} is none of ${QUESTIONS.join(', ')}.`);
    }
    this.#given = new Set([...given, ...(yes ? ['all'] : [])]);
  }

  isYes(question: Question): boolean {
    return this.#given.has('all') || this.#given.has(question);
  }

  /** Whether the question is named: for what `--yes` alone does not allow. */
  names(question: Question): boolean {
    return this.#given.has(question);
  }
}
