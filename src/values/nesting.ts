import { fail } from './errors.ts';

/** Nesting of a recursive type, in values and in input; deeper is refused before the stack gives way. */
export const MAX_DEPTH = 128;

/** Counts how deep inside a recursive type a reader, writer, unpacker or copier stands. */
export class Nesting {
  private depth = 0;

  /** To the outside, before a use: code that was stopped inside a level ran no `leave`. */
  restart(): void {
    this.depth = 0;
  }

  /** Into one level. @throws ValueError E_VALUE_LIMIT, and then that level was not entered */
  enter(): void {
    if (this.depth >= MAX_DEPTH) fail('E_VALUE_LIMIT', 'value', undefined, `nested deeper than ${MAX_DEPTH} levels`);
    this.depth++;
  }

  /** Out of the level entered last, also when it failed. */
  leave(): void {
    this.depth--;
  }
}
