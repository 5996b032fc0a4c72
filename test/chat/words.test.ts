import { Identity, Timestamp } from 'spacetick';
import { expect, it } from 'vitest';
import { changes, inOrder, said } from '../../src/chat/words.ts';

const identity = new Identity(`d9e25c51996dea2f${'0'.repeat(48)}`);
const user = { identity, name: undefined, online: true };
const message = (micros: bigint, text: string) => ({ sender: identity, sent: new Timestamp(micros), text });

it('[C1] says all that changed of a user', () => {
  expect(changes(user, { ...user, name: 'Ann' })).toEqual(['User d9e25c51996dea2f renamed to Ann.']);
  expect(changes(user, { ...user, online: false })).toEqual(['User d9e25c51996dea2f disconnected.']);
  expect(changes({ ...user, online: false }, { ...user, name: 'Ann' })).toEqual([
    'User d9e25c51996dea2f renamed to Ann.',
    'User Ann connected.',
  ]);
  expect(changes(user, { ...user })).toEqual([]);
});

it('[C2] puts messages in order, and knows senders by their row', () => {
  const ordered = inOrder([message(2n ** 60n + 1n, 'c'), message(1n, 'a'), message(2n ** 60n, 'b')]);
  expect(ordered.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  expect(said(message(1n, 'Hello, world!'), user)).toBe('d9e25c51996dea2f: Hello, world!');
  expect(said(message(1n, 'Hello, world!'), null)).toBe('unknown: Hello, world!');
});
