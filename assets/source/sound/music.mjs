// The music: eight bars in A minor at 80 beats a minute, 24 seconds that run into their own beginning.
import { add, filter, loopEcho, noise, pitch, pluck, saw, silence, swell, voice } from './synth.mjs';

const BEAT = 0.75; // seconds: 80 beats a minute
const BAR = BEAT * 4;
const LENGTH = BAR * 8;

// One chord a bar, as MIDI notes: bass, then pad from low to high.
const CHORDS = [
  { bass: 33, pad: [57, 60, 64, 71] }, // Am9
  { bass: 33, pad: [57, 60, 64, 67] }, // Am7
  { bass: 29, pad: [57, 60, 65, 67] }, // Fadd9
  { bass: 29, pad: [57, 60, 64, 65] }, // Fmaj7
  { bass: 36, pad: [55, 60, 64, 67] }, // C
  { bass: 36, pad: [55, 60, 62, 64] }, // Cadd9
  { bass: 31, pad: [55, 59, 62, 69] }, // Gadd9
  { bass: 28, pad: [55, 59, 62, 64] }, // Em7
];

// Bar, beat, MIDI note, beats held.
const MELODY = [
  [0, 0, 76, 2],
  [0, 2, 81, 2],
  [1, 0, 83, 1.5],
  [1, 1.5, 81, 0.5],
  [1, 2, 79, 2],
  [2, 0, 81, 3],
  [2, 3, 84, 1],
  [3, 0, 76, 4],
  [4, 0, 79, 2],
  [4, 2, 76, 2],
  [5, 0, 74, 1],
  [5, 1, 76, 1],
  [5, 2, 79, 2],
  [6, 0, 83, 3],
  [6, 3, 81, 1],
  [7, 0, 79, 2],
  [7, 2, 74, 2],
];
const ARPEGGIO = [0, 1, 2, 3, 2, 1, 3, 2]; // chord notes, one each half beat

function pads() {
  const track = silence(LENGTH);
  const partials = saw(8, 2.4);
  const length = BAR + 0.9; // overlaps the next chord
  CHORDS.forEach(({ pad }, bar) => {
    pad.forEach((note, index) => {
      const hertz = pitch(note);
      const low = voice(partials, index * 0.13);
      const high = voice(partials, index * 0.29 + 0.5);
      add(track, bar * BAR, length, (time) => {
        return (low(hertz * 0.9965) + high(hertz * 1.0035)) * swell(time, { rise: 0.9, fall: 1.1, length });
      });
    });
  });
  return track;
}

function bass() {
  const track = silence(LENGTH);
  CHORDS.forEach(({ bass: note }, bar) => {
    for (let half = 0; half < 8; half++) {
      const hertz = pitch(half === 7 ? note + 12 : note);
      const tone = voice(saw(7, 2.5));
      const accent = half % 2 === 0 ? 0.75 : 1; // leaves room for the drum
      const play = (time) => tone(hertz) * pluck(time, { attack: 0.02, fall: 0.22, length: BEAT / 2 }) * accent;
      add(track, bar * BAR + half * (BEAT / 2), BEAT / 2, play);
    }
  });
  return track;
}

function arpeggio() {
  const track = silence(LENGTH);
  const length = 0.5;
  CHORDS.forEach(({ pad }, bar) => {
    ARPEGGIO.forEach((index, half) => {
      const hertz = pitch(pad[index] + 12);
      const tone = voice([1, 0.3, 0.16, 0.06]);
      const accent = 0.65 + 0.35 * Math.cos((half + bar) * 2.1);
      add(track, bar * BAR + half * (BEAT / 2), length, (time) => {
        return tone(hertz) * pluck(time, { attack: 0.004, fall: 0.12, length }) * accent;
      });
    });
  });
  return track;
}

function melody() {
  const track = silence(LENGTH);
  for (const [bar, beat, note, held] of MELODY) {
    const tone = voice([1, 0.12, 0.1]);
    const length = held * BEAT + 0.25;
    add(track, bar * BAR + beat * BEAT, length, (time) => {
      const vibrato = 1 + 0.004 * Math.min(1, time / 0.6) * Math.sin(2 * Math.PI * 4.6 * time);
      return tone(pitch(note) * vibrato) * swell(time, { rise: 0.08, fall: 0.3, length }) * Math.exp(-time / 1.6);
    });
  }
  return track;
}

function drums() {
  const track = silence(LENGTH);
  const hiss = noise(41);
  for (let beat = 0; beat < 32; beat++) {
    const skin = voice([1]);
    add(track, beat * BEAT, 0.3, (time) => {
      return skin(46 + 70 * Math.exp(-time / 0.03)) * pluck(time, { attack: 0.004, fall: 0.09, length: 0.3 });
    });
    const tin = filter();
    add(track, (beat + 0.5) * BEAT, 0.12, (time) => {
      return tin(hiss(), 6800, 0.8).high * pluck(time, { attack: 0.002, fall: 0.025, length: 0.12 }) * 0.06;
    });
  }
  return track;
}

/** How far the drum pushes the pads down, by the time since the beat. */
function pump(seconds) {
  const since = (seconds % BEAT) / BEAT;
  return 0.62 + 0.38 * Math.min(1, since / 0.55);
}

export function music() {
  const parts = { pads: pads(), bass: bass(), arpeggio: arpeggio(), melody: melody(), drums: drums() };
  const echoed = parts.arpeggio.map((value, index) => value * 0.9 + parts.melody[index]);
  const echo = loopEcho(echoed, { delay: BEAT * 0.75, feedback: 0.48, dull: 0.35 });
  const room = [0.0797, 0.1013, 0.1271, 0.1559].map((delay) => {
    return loopEcho(
      parts.pads.map((value, index) => value * 0.1 + echo[index] * 0.3 + parts.melody[index] * 0.3),
      {
        delay,
        feedback: 0.72,
        dull: 0.3,
      },
    );
  });
  const seconds = LENGTH / parts.pads.length;
  return parts.pads.map((pad, index) => {
    const duck = pump(index * seconds);
    const wet = room.reduce((sum, line) => sum + line[index], 0);
    const mix =
      pad * 0.07 * duck +
      parts.bass[index] * 0.34 * duck +
      parts.arpeggio[index] * 0.25 +
      parts.melody[index] * 0.15 +
      echo[index] * 0.16 +
      wet * 0.07 * duck +
      parts.drums[index] * 0.38;
    return Math.tanh(mix * 0.9);
  });
}

export const MUSIC_PEAK = -12; // dB below full scale
export const MUSIC_RATE = 80; // kbit/s
