import { SpacetickError } from '../host/index.ts';

/** An error as commands print it. Its code comes last: docs/errors.md says by it what may help. */
export function errorText(error: unknown): string {
  return `Error: ${error instanceof SpacetickError ? withCode(error.message, error.code) : textOf(error)}`;
}

/** Behind a line; below several. @param code undefined for what is not ours */
export function withCode(text: string, code: string | undefined): string {
  if (code === undefined) return text;
  return `${text}${text.includes('\n') ? '\n' : ' '}[${code}]`;
}

/** Errors of files are for people; anything else is a defect, whose stack is worth having. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}
