// The parts every sound is made of. A sound is a Float32Array of mono samples; times are in seconds, pitches in hertz.

export const RATE = 44_100; // samples a second: what browsers mix at most often

const TURN = Math.PI * 2;

export const samples = (seconds) => Math.round(seconds * RATE);
export const silence = (seconds) => new Float32Array(samples(seconds));

/** Equal-tempered pitch of a MIDI note (69 is A4, 440 Hz). */
export const pitch = (note) => 440 * 2 ** ((note - 69) / 12);

/** mulberry32, as noise between -1 and 1: the same sounds on every machine. */
export function noise(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

/** An oscillator whose pitch may change from sample to sample; `partials` are the levels of its harmonics. */
export function voice(partials, phase = 0) {
  let turns = phase;
  return (hertz) => {
    turns += hertz / RATE;
    let sum = 0;
    for (let index = 0; index < partials.length; index++) sum += partials[index] * Math.sin(TURN * turns * (index + 1));
    return sum;
  };
}

/** Levels of the first harmonics of a saw, dulled from `soft` harmonics on. */
export function saw(count, soft) {
  return Array.from({ length: count }, (_, index) => 1 / (index + 1) / (1 + ((index + 1) / soft) ** 2));
}

/** Fast rise, exponential fall, and a short ramp to nothing at the end, so that nothing clicks. */
export function pluck(time, { attack, fall, length }) {
  const rise = Math.min(1, time / attack);
  const release = Math.min(1, Math.max(0, (length - time) / 0.012));
  return rise * Math.exp(-Math.max(0, time - attack) / fall) * release;
}

/** Slow rise and slow fall. */
export function swell(time, { rise, fall, length }) {
  const up = Math.min(1, time / rise);
  const down = Math.min(1, Math.max(0, (length - time) / fall));
  return Math.sin((Math.PI / 2) * up) * Math.sin((Math.PI / 2) * down);
}

/** State-variable filter; returns its low, band and high outputs in one reused object. */
export function filter() {
  const out = { low: 0, band: 0, high: 0 };
  return (input, hertz, damping) => {
    const drive = 2 * Math.sin(Math.PI * Math.min(0.16, hertz / RATE));
    out.low += drive * out.band;
    out.high = input - out.low - damping * out.band;
    out.band += drive * out.high;
    return out;
  };
}

/** Adds `length` seconds of `play(time)` at `start`; past the end it goes on at the beginning, as a loop does. */
export function add(track, start, length, play) {
  const from = samples(start);
  const count = samples(length);
  for (let index = 0; index < count; index++) track[(from + index) % track.length] += play(index / RATE);
}

/** Echoes of a loop: it runs around until the tail of the last round lies under the next. */
export function loopEcho(track, { delay, feedback, dull, rounds = 3 }) {
  const line = new Float32Array(samples(delay));
  const wet = new Float32Array(track.length);
  let held = 0;
  let at = 0;
  for (let index = 0; index < track.length * rounds; index++) {
    const here = index % track.length;
    const back = line[at];
    held += (back - held) * dull;
    line[at] = track[here] + held * feedback;
    at = (at + 1) % line.length;
    wet[here] = back;
  }
  return wet;
}

/** Scales to a peak in decibels below full scale. */
export function normalise(track, decibels) {
  const peak = track.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const gain = 10 ** (decibels / 20) / peak;
  return track.map((value) => value * gain);
}

/** 16-bit mono WAV file. */
export function wav(track) {
  const file = Buffer.alloc(44 + track.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + track.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // one channel
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(track.length * 2, 40);
  track.forEach((value, index) => {
    file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32767), 44 + index * 2);
  });
  return file;
}
