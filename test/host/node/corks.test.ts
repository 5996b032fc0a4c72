import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { Corks } from '../../../src/host/node/corks.ts';

/** What was written, one entry for each call into the system. */
function recorder(): { readonly stream: Writable; readonly writes: string[] } {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join('|'));
      done();
    },
  });
  return { stream, writes };
}

it('[W31] frames of one turn of the event loop leave together, in order; the next turn begins anew', async () => {
  const corks = new Corks();
  const [a, b] = [recorder(), recorder()];
  for (const text of ['1', '2', '3']) {
    corks.hold(a.stream);
    a.stream.write(text);
  }
  corks.hold(b.stream);
  b.stream.write('x');
  expect([a.writes, b.writes]).toEqual([[], []]);
  await new Promise(setImmediate);
  expect([a.writes, b.writes]).toEqual([['1|2|3'], ['x']]);
  a.stream.write('4');
  expect(a.writes).toEqual(['1|2|3', '4']);
  corks.hold(a.stream);
  a.stream.write('5');
  a.stream.destroy();
  await new Promise(setImmediate);
  expect(a.writes).toEqual(['1|2|3', '4']);
});
