import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { SpacetickError } from '../host/index.ts';
import { BusyLine } from './busy-line.ts';

/** What commands say, and ask: seams for tests. */
export interface Terminal {
  /** A line of output. */
  out(line: string): void;
  /** A line about the command itself: progress, warnings. */
  err(line: string): void;
  /** @returns false when there is nobody to ask */
  confirm(question: string): Promise<boolean>;
  /** @param preset what an empty answer means. @returns undefined when there is nobody to ask */
  ask(question: string, preset: string): Promise<string | undefined>;
  /** Whether what goes out is looked at, and may have colours. */
  readonly isWatched: boolean;
  /** Shows what takes a while, where somebody watches. @returns how to say that it is over */
  busy(what: string): () => void;
}

/** What a process says and hears. */
export interface Streams {
  readonly stdin: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream;
  readonly stdout: Pick<WriteStream, 'isTTY'> & NodeJS.WritableStream;
  readonly stderr: Pick<WriteStream, 'isTTY'> & NodeJS.WritableStream;
}

/** The terminal that a process was started in; or pipes, in which nothing is asked and no work is shown. */
export function terminalOf({ stdin, stdout, stderr }: Streams): Terminal {
  const line = stderr.isTTY ? new BusyLine(stderr) : undefined;
  const write = (stream: NodeJS.WritableStream, text: string): void => {
    line?.hide();
    stream.write(`${text}\n`);
    line?.show();
  };
  const question = async (text: string): Promise<string | undefined> => {
    if (!stdin.isTTY) return undefined;
    line?.hide();
    const reader = createInterface({ input: stdin, output: stdout });
    const left = once(reader, 'close').then(() => undefined); // Ctrl+C, Ctrl+D: nobody is there any more
    try {
      return (await Promise.race([reader.question(text).catch(() => undefined), left]))?.trim();
    } finally {
      reader.close();
      line?.show();
    }
  };
  return {
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    confirm: async (text) => /^y(es)?$/i.test((await question(`${text} [y/N] `)) ?? ''),
    ask: async (text, preset) => {
      const answer = await question(`${text} (${preset}): `);
      return answer === '' ? preset : answer;
    },
    isWatched: stdout.isTTY && process.env.NO_COLOR === undefined,
    busy: (what) => line?.begin(what) ?? (() => undefined),
  };
}

export const processTerminal: Terminal = terminalOf(process);

/** Does something that takes a while. */
export async function whileBusy<T>(terminal: Terminal, what: string, work: () => Promise<T>): Promise<T> {
  const end = terminal.busy(what);
  try {
    return await work();
  } finally {
    end();
  }
}

/** @throws SpacetickError E_DECLINED when the answer is no */
export async function mustConfirm(terminal: Terminal, question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered || (await terminal.confirm(question))) return;
  throw new SpacetickError('E_DECLINED', `Aborting: ${question} Answer y, or pass --yes.`);
}
