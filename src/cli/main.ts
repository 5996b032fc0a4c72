import { errorText } from './error-text.ts';
import { commandLine, separateValues } from './program.ts';
import { processTerminal } from './terminal.ts';

try {
  await commandLine(processTerminal).parseAsync(separateValues(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  processTerminal.err(errorText(error));
  process.exitCode = 1;
}
