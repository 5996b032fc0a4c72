import { BsatnWriter, type TimeDuration, type Timestamp } from '../../values/index.ts';
import type { Outcome } from '../subprotocol.ts';

// What the host's ends of the BSATN subprotocols share.

/** Ahead of a message that is not compressed (`wire.md` 2.4). */
export const UNCOMPRESSED = 0;

const RETURNED = 0;

/** Every message is written whole and copied out before the next one starts. */
export const writer = new BsatnWriter();

export function start(tag: number): void {
  writer.reset();
  writer.u8(UNCOMPRESSED);
  writer.u8(tag);
}

/** Bytes with their length ahead. */
export function writeBytes(bytes: Uint8Array): void {
  writer.u32(bytes.length);
  writer.raw(bytes);
}

/** An option of a u32. */
export function writeOptionalU32(value: number | null): void {
  if (value === null) {
    writer.none();
    return;
  }
  writer.some(false);
  writer.u32(value);
}

const inner = new BsatnWriter();

/** A string in bytes, as errors of modules are told (`wire.md` 4.3). */
export function writeTextInBytes(text: string): void {
  inner.reset();
  inner.string(text);
  writeBytes(inner.peek());
}

/** @param errorVariant of the status: v1 has one more (`wire.md` 3.2, 4.2) */
export function writeProcedureResult(
  errorVariant: number,
  requestId: number,
  at: Timestamp,
  took: TimeDuration,
  outcome: Outcome<{ readonly returned: Uint8Array }>,
): void {
  if ('error' in outcome) {
    writer.variant(errorVariant);
    writer.string(outcome.error);
  } else {
    writer.variant(RETURNED);
    writeBytes(outcome.returned);
  }
  writer.timestamp(at);
  writer.timeDuration(took);
  writer.u32(requestId);
}
