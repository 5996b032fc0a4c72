import { toHex } from '../../src/values/index.ts';

const CI_SEED = 20_261_121;
const given = process.env.FUZZ_SEED;

/**
 * What the fuzzing starts from: `FUZZ_SEED` repeats a run; a run that decides whether a change lands (CI) is always the
 * same; at the desk each tries something new.
 */
export const SEED = given === undefined ? (process.env.CI === undefined ? Date.now() % 1e9 : CI_SEED) : Number(given);

/** How much is tried: `FUZZ_SCALE=10` tries ten times as much. */
const SCALE = Number(process.env.FUZZ_SCALE ?? 1);

/** Says what is tried, so that it can be repeated. @returns how many */
export function announce(count: number, what: string): number {
  const scaled = Math.round(count * SCALE);
  console.info(`${scaled} ${what}, FUZZ_SEED=${SEED}`);
  return scaled;
}

const SHOWN_BYTES = 4096;

/** Bytes as an error shows them. */
export function shown(bytes: Uint8Array): string {
  const hex = toHex(bytes.subarray(0, SHOWN_BYTES));
  return bytes.length > SHOWN_BYTES ? `${hex}... (${bytes.length} bytes)` : hex;
}
