import { chat } from './chat.ts';
import { readOptions, USAGE } from './options.ts';
import { processScreen } from './screen.ts';

const screen = processScreen(process);
try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) screen.print(USAGE);
  else process.exitCode = await chat(options, screen);
} catch (error) {
  const { message } = error as Error;
  screen.complain(`Error: ${message}${/[.!?]$/.test(message) ? '' : '.'} For help: npm run chat -- --help`);
  process.exitCode = 1;
}
screen.close();
