import { pick, type Random } from '../random.ts';

type Edit = (bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

const TELLING_BYTES = [0, 1, 2, 0x7f, 0x80, 0x90, 0xc0, 0xc1, 0xc4, 0xd9, 0xdc, 0xdd, 0xdf, 0xff];
const TELLING_LENGTHS = [0, 1, 0x7f, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const MAX_REPEATS = 40;
const MAX_BYTES = 256 * 1024; // repeats of repeats stay messages that a test can send by the thousand

const at = (bytes: Uint8Array, random: Random): number => random(bytes.length + 1);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** A stretch of the bytes, rather a short one. */
function range(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = at(bytes, random);
  const longest = random(4) === 0 ? bytes.length - from : Math.min(16, bytes.length - from);
  return [from, from + random(longest + 1)];
}

const EDITS: readonly Edit[] = [
  function flipBit(bytes, random) {
    const copy = bytes.slice();
    if (copy.length > 0) copy[random(copy.length)]! ^= 1 << random(8);
    return copy;
  },
  function setByte(bytes, random) {
    const copy = bytes.slice();
    if (copy.length > 0) copy[random(copy.length)] = random(2) === 0 ? random(256) : pick(random, TELLING_BYTES);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.slice(0, at(bytes, random));
  },
  function setLength(bytes, random) {
    const copy = bytes.slice();
    if (copy.length < 4) return copy;
    const view = new DataView(copy.buffer);
    const isLittleEndian = random(2) === 0;
    if (random(3) === 0)
      view.setUint16(random(copy.length - 1), pick(random, TELLING_LENGTHS) & 0xffff, isLittleEndian);
    else view.setUint32(random(copy.length - 3), pick(random, TELLING_LENGTHS), isLittleEndian);
    return copy;
  },
  function deleteRange(bytes, random) {
    const [from, to] = range(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function repeatRange(bytes, random) {
    const [from, to] = range(bytes, random);
    const times = Math.min(1 + random(MAX_REPEATS), Math.floor(MAX_BYTES / (to - from + 1)));
    const repeats = Array.from({ length: times }, () => bytes.subarray(from, to));
    return joined(bytes.subarray(0, to), ...repeats, bytes.subarray(to));
  },
  function moveRange(bytes, random) {
    const [from, to] = range(bytes, random);
    const rest = joined(bytes.subarray(0, from), bytes.subarray(to));
    const place = at(rest, random);
    return joined(rest.subarray(0, place), bytes.subarray(from, to), rest.subarray(place));
  },
  function insertNoise(bytes, random) {
    const place = at(bytes, random);
    const noise = Uint8Array.from({ length: 1 + random(12) }, () => random(256));
    return joined(bytes.subarray(0, place), noise, bytes.subarray(place));
  },
  function splice(bytes, random, corpus) {
    const other = pick(random, corpus);
    return joined(bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random)));
  },
  function append(bytes, random, corpus) {
    return joined(bytes, pick(random, corpus));
  },
];

/**
 * Bytes of real traffic, changed: bits flipped, cut, spliced with another message, lengths set to extremes, stretches
 * repeated, moved or left out.
 * @param bytes stay as they are
 * @param corpus other messages of the kind
 */
export function mutated(bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let changed = bytes;
  // Mostly one edit: two are rarely still near to anything.
  for (let left = 1 + (random(3) === 0 ? random(3) : 0); left > 0; left--) {
    changed = pick(random, EDITS)(changed, random, corpus).subarray(0, MAX_BYTES);
  }
  return changed;
}
