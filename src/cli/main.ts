import { SpacetickError } from '../host/index.ts';
import { commandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

try {
  await commandLine(processTerminal).parseAsync(process.argv);
} catch (error) {
  // Our own errors are for people; anything else is a defect, whose stack is worth having.
  const text = error instanceof SpacetickError ? error.message : error instanceof Error ? error.stack : String(error);
  processTerminal.err(`Error: ${text}`);
  process.exitCode = 1;
}
