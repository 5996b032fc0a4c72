import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { processScreen, type Streams } from '../../src/chat/screen.ts';

const ESCAPE = String.fromCharCode(27);

/** What stands on the last line of a terminal that was sent this. */
function lastLine(sent: string): string {
  const line = sent.slice(sent.lastIndexOf('\n') + 1);
  const cleared = line.lastIndexOf(`${ESCAPE}[2K`) + 1 || line.lastIndexOf(`${ESCAPE}[0J`) + 1;
  return line.slice(cleared).replaceAll(new RegExp(`${ESCAPE}?\\[\\d*(;\\d+)?[A-Z]`, 'g'), '');
}

it('[C8] what comes in goes above the line that is being typed', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let sent = '';
  stdout.on('data', (data) => {
    sent += String(data);
  });
  const screen = processScreen({ stdin, stdout, stderr: new PassThrough() } as unknown as Streams);
  const lines: string[] = [];
  screen.read(
    (line) => lines.push(line),
    () => undefined,
  );
  stdin.write('Hello, An');
  await expect.poll(() => lastLine(sent)).toBe('> Hello, An');
  screen.print('Ann: Hello, Bob!');
  await expect.poll(() => lastLine(sent)).toBe('> Hello, An');
  expect(sent).toContain(`${ESCAPE}[2KAnn: Hello, Bob!\n`);
  stdin.write('n!\r');
  await expect.poll(() => lines).toEqual(['Hello, Ann!']);
  await expect.poll(() => lastLine(sent)).toBe('> ');
  screen.close();
});
