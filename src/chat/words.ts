import type { Identity, Timestamp } from 'spacetick';

/** What the chat needs of a user: the tutorial's table, and Comet Run's. */
export interface User {
  readonly identity: Identity;
  readonly name: string | undefined;
  readonly online: boolean;
}

export interface Message {
  readonly sender: Identity;
  readonly sent: Timestamp;
  readonly text: string;
}

const SHOWN_DIGITS = 16; // of an identity's 64: the first 8 bytes, as the tutorial shows

/** The name, else the beginning of the identity. */
export function nameOf(user: Pick<User, 'identity' | 'name'>): string {
  return printable(user.name ?? user.identity.toHexString().slice(0, SHOWN_DIGITS));
}

/** `Ann: Hello` */
export function said(message: Message, sender: User | null): string {
  return `${sender === null ? 'unknown' : nameOf(sender)}: ${printable(message.text)}`;
}

/** What to tell of a user who was there before: another name, gone, back. */
export function changes(before: User, user: User): string[] {
  const lines: string[] = [];
  if (user.name !== before.name && user.name !== undefined) {
    lines.push(`User ${nameOf(before)} renamed to ${nameOf(user)}.`);
  }
  if (before.online && !user.online) lines.push(`User ${nameOf(user)} disconnected.`);
  if (!before.online && user.online) lines.push(`User ${nameOf(user)} connected.`);
  return lines;
}

/** Messages in the order they were said. */
export function inOrder(messages: Iterable<Message>): Message[] {
  return [...messages].sort((a, b) => {
    const difference = a.sent.microsSinceUnixEpoch - b.sent.microsSinceUnixEpoch;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  });
}

/** Text without what a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
