import { SenderError } from 'spacetick/server';
import type { Ctx } from './schema.ts';
import { lengthOf, visibleText } from './text.ts';
import { MESSAGE_LIMIT, MESSAGES_KEPT, NAME_LIMIT, SPEAKING_LIMIT, SPEAKING_MICROS } from './world.ts';

/** Names the caller, and the ships they fly. */
export function nameSender(ctx: Ctx, typed: string): void {
  const name = visibleText(typed);
  if (name === '') throw new SenderError('Names must not be empty');
  if (lengthOf(name) > NAME_LIMIT) throw new SenderError(`Names must not be longer than ${NAME_LIMIT} characters`);
  const user = ctx.db.user.identity.find(ctx.sender);
  if (!user) throw new SenderError('Cannot set name for unknown user');
  if (user.name === name) return;
  countSpeaking(ctx, 'names');
  ctx.db.user.identity.update({ ...user, name });
  for (const pilot of ctx.db.pilot.owner.filter(ctx.sender)) {
    if (!pilot.bot) ctx.db.pilot.shipId.update({ ...pilot, name });
  }
}

/** Says something to everybody; only the last messages are kept. */
export function say(ctx: Ctx, typed: string): void {
  const text = visibleText(typed);
  if (text === '') throw new SenderError('Messages must not be empty');
  if (lengthOf(text) > MESSAGE_LIMIT) {
    throw new SenderError(`Messages must not be longer than ${MESSAGE_LIMIT} characters`);
  }
  countSpeaking(ctx, 'messages');
  ctx.db.message.insert({ sender: ctx.sender, sent: ctx.timestamp, text });
  forgetOldMessages(ctx);
}

function forgetOldMessages(ctx: Ctx): void {
  if (ctx.db.message.count() <= BigInt(MESSAGES_KEPT)) return;
  const all = [...ctx.db.message.iter()];
  all.sort((a, b) => Number(a.sent.microsSinceUnixEpoch - b.sent.microsSinceUnixEpoch));
  for (const old of all.slice(0, all.length - MESSAGES_KEPT)) ctx.db.message.delete(old);
}

/** @throws SenderError when the caller said too much in too short a time */
function countSpeaking(ctx: Ctx, what: 'messages' | 'names'): void {
  const now = ctx.timestamp.microsSinceUnixEpoch;
  const known = ctx.db.speaking.identity.find(ctx.sender);
  const isOver = known === null || now - known.since >= SPEAKING_MICROS;
  const spoken = isOver ? { identity: ctx.sender, since: now, messages: 0, names: 0 } : known;
  if (spoken[what] >= SPEAKING_LIMIT) {
    throw new SenderError(
      `Not so fast: ${SPEAKING_LIMIT} ${what} in ${SPEAKING_MICROS / 1_000_000n} seconds are enough`,
    );
  }
  const counted = { ...spoken, [what]: spoken[what] + 1 };
  if (known === null) ctx.db.speaking.insert(counted);
  else ctx.db.speaking.identity.update(counted);
}
