import { createInterface } from 'node:readline/promises';
import { SpacetickError } from '../host/index.ts';

/** What commands say, and ask: seams for tests. */
export interface Terminal {
  /** A line of output. */
  out(line: string): void;
  /** A line about the command itself: progress, warnings. */
  err(line: string): void;
  /** @returns false when there is nobody to ask */
  confirm(question: string): Promise<boolean>;
}

export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  async confirm(question) {
    if (!process.stdin.isTTY) return false;
    const reader = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
    } finally {
      reader.close();
    }
  },
};

/** @throws SpacetickError E_DECLINED when the answer is no */
export async function mustConfirm(terminal: Terminal, question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered || (await terminal.confirm(question))) return;
  throw new SpacetickError('E_DECLINED', `Aborting: ${question} Answer y, or pass --yes.`);
}
