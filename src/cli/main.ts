import { SpacetickError } from '../host/index.ts';
import { commandLine, separateValues } from './program.ts';
import { processTerminal } from './terminal.ts';

try {
  await commandLine(processTerminal).parseAsync(separateValues(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  processTerminal.err(`Error: ${textOf(error)}`);
  process.exitCode = 1;
}

/** Our own errors and those of files are for people; anything else is a defect, whose stack is worth having. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SpacetickError || 'syscall' in error ? error.message : (error.stack ?? error.message);
}
