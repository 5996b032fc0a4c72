import { clearLine, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';

/** Where lines go to and come from. */
export interface Screen {
  /** A line of the chat. */
  print(line: string): void;
  /** A line about what went wrong. */
  complain(line: string): void;
  /** Reads lines from now on. @param onEnd called when there are no more, and when Ctrl+C is pressed (`true`) */
  read(onLine: (line: string) => void, onEnd: (isInterrupted: boolean) => void): void;
  close(): void;
}

const PROMPT = '> ';

/** What a process has for it. */
export type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** Lines of a terminal, or of pipes. */
export function processScreen({ stdin, stdout, stderr }: Streams): Screen {
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  let reader: Interface | undefined;

  /** Around the line that is being typed: off the screen, and on again. */
  const beside = (write: () => void): void => {
    if (isTerminal && reader !== undefined) {
      cursorTo(stdout, 0);
      clearLine(stdout, 0);
    }
    write();
    if (isTerminal) reader?.prompt(true);
  };

  return {
    print: (line) => beside(() => stdout.write(`${line}\n`)),
    complain: (line) => beside(() => stderr.write(`${line}\n`)),
    read(onLine, onEnd) {
      const opened = createInterface({ input: stdin, output: isTerminal ? stdout : undefined, prompt: PROMPT });
      reader = opened;
      opened.on('line', (line) => {
        if (isTerminal) {
          // It comes back from the host: what was typed would stand there twice.
          moveCursor(stdout, 0, -1);
          clearLine(stdout, 0);
          opened.prompt();
        }
        onLine(line);
      });
      opened.on('SIGINT', () => onEnd(true)); // on a terminal readline takes Ctrl+C
      opened.on('close', () => onEnd(false));
      if (isTerminal) opened.prompt();
    },
    close() {
      const opened = reader;
      reader = undefined;
      opened?.removeAllListeners('close');
      opened?.close();
      if (isTerminal) {
        cursorTo(stdout, 0);
        clearLine(stdout, 0);
      }
      stdin.destroy(); // else the process would wait for more
    },
  };
}
