// The short sounds. All tones are of A minor, the key of the music, so that none of them grates against it.
import { add, filter, noise, pitch, pluck, samples, saw, silence, swell, voice } from './synth.mjs';

const A4 = 69;
const BELL = [1, 0, 0.18, 0, 0.05]; // odd harmonics: hollow, glassy

/** A struck bell: a sine whose phase is shaken by another, less and less. */
function bell(hertz, { ratio, depth, ring, length }) {
  return (time) => {
    const shake = depth * Math.exp(-time / (ring * 0.4)) * Math.sin(2 * Math.PI * hertz * ratio * time);
    return Math.sin(2 * Math.PI * hertz * time + shake) * pluck(time, { attack: 0.002, fall: ring, length });
  };
}

function collect() {
  const track = silence(0.3);
  add(track, 0, 0.14, bell(pitch(A4 + 19), { ratio: 2, depth: 1.6, ring: 0.05, length: 0.14 }));
  add(track, 0.045, 0.25, bell(pitch(A4 + 24), { ratio: 2, depth: 1.2, ring: 0.065, length: 0.25 }));
  return track;
}

function collectRare() {
  const track = silence(1.35);
  [12, 15, 19, 22, 26, 31].forEach((step, index) => {
    const tone = bell(pitch(A4 + step), {
      ratio: 3,
      depth: 0.9 - index * 0.11,
      ring: 0.16 + index * 0.03,
      length: 0.7,
    });
    add(track, index * 0.06, 0.7, (time) => tone(time) * 0.8);
    add(track, index * 0.06 + 0.18, 0.7, (time) => tone(time) * 0.3);
    add(track, index * 0.06 + 0.34, 0.7, (time) => tone(time) * 0.12);
  });
  const hiss = noise(3);
  const air = filter();
  add(track, 0.2, 0.9, (time) => {
    const glitter = 0.5 + 0.5 * Math.sin(2 * Math.PI * 17 * time);
    return air(hiss(), 6500, 0.4).band * 0.1 * glitter * swell(time, { rise: 0.2, fall: 0.6, length: 0.9 });
  });
  return track;
}

function dash() {
  const track = silence(0.62);
  const hiss = noise(7);
  const air = filter();
  const hum = voice(saw(6, 3));
  add(track, 0, 0.62, (time) => {
    const sweep = Math.sin(Math.PI * Math.min(1, time / 0.5) ** 0.55);
    const wind = air(hiss(), 260 + 2700 * sweep, 0.5).band * swell(time, { rise: 0.07, fall: 0.45, length: 0.62 });
    const thrust = hum(70 + 130 * Math.exp(-time / 0.16)) * pluck(time, { attack: 0.015, fall: 0.13, length: 0.62 });
    return wind + thrust * 0.75;
  });
  return track;
}

function bump() {
  const track = silence(0.5);
  const body = voice([1, 0.25]);
  const hiss = noise(13);
  const cloth = filter();
  add(track, 0, 0.5, (time) => {
    const thud = body(48 + 110 * Math.exp(-time / 0.035)) * pluck(time, { attack: 0.003, fall: 0.1, length: 0.5 });
    const slap = cloth(hiss(), 900, 0.9).low * pluck(time, { attack: 0.001, fall: 0.018, length: 0.5 });
    return thud + slap * 0.5;
  });
  [1, 1.483, 2.09, 2.767, 3.911].forEach((ratio, index) => {
    const ring = 0.15 / (1 + index * 0.35);
    add(track, 0, 0.5, (time) => {
      return (
        Math.sin(2 * Math.PI * 437 * ratio * time) * pluck(time, { attack: 0.002, fall: ring, length: 0.5 }) * 0.12
      );
    });
  });
  return track;
}

/** Warm notes one after the other, each `gap` seconds after the last. */
function phrase(steps, gap) {
  const length = 0.5;
  const track = silence(steps.length * gap + length + 0.2);
  steps.forEach((step, index) => {
    const left = voice(saw(7, 2.2));
    const right = voice(saw(7, 2.2), 0.3);
    const hertz = pitch(A4 + step);
    const play = (time) => {
      return (left(hertz * 0.997) + right(hertz * 1.003)) * pluck(time, { attack: 0.012, fall: 0.14, length });
    };
    add(track, index * gap, length, play);
  });
  return track;
}

function chat() {
  const track = silence(0.12);
  const tone = voice(BELL);
  add(track, 0, 0.12, (time) => {
    return (
      tone(time < 0.035 ? pitch(A4 + 10) : pitch(A4 + 15)) * pluck(time, { attack: 0.003, fall: 0.035, length: 0.12 })
    );
  });
  return track;
}

function click() {
  const track = silence(0.07);
  const hiss = noise(17);
  const tip = filter();
  const tone = voice([1, 0.2]);
  add(track, 0, 0.07, (time) => {
    const tick = tip(hiss(), 3200, 0.7).band * pluck(time, { attack: 0.0008, fall: 0.005, length: 0.07 });
    return (
      tick * 0.5 +
      tone(620 + 500 * Math.exp(-time / 0.008)) * pluck(time, { attack: 0.0015, fall: 0.014, length: 0.07 })
    );
  });
  return track;
}

/** Two seconds that repeat: every partial, the hiss's too, makes a whole number of turns in them. */
function engine() {
  const track = silence(2);
  const random = noise(23);
  const partials = [];
  for (let harmonic = 1; harmonic <= 9; harmonic++) {
    partials.push({ turns: 110 * harmonic, level: 1 / harmonic ** 1.3, phase: random() }); // 55 Hz
    partials.push({ turns: 111 * harmonic, level: 0.6 / harmonic ** 1.4, phase: random() }); // beats twice a loop
  }
  for (let count = 0; count < 160; count++) {
    const turns = Math.round(160 + 1500 * ((random() + 1) / 2) ** 1.7);
    partials.push({ turns, level: 22 / turns, phase: random() });
  }
  for (const { turns, level, phase } of partials) {
    const step = (2 * Math.PI * turns) / samples(2);
    for (let index = 0; index < track.length; index++) track[index] += level * Math.sin(step * index + Math.PI * phase);
  }
  return track;
}

const EFFECT_PEAK = -3; // dB below full scale: loud enough, and MP3 may overshoot a little
const LOOP_PEAK = -12; // runs all the time, so under everything else

/** Every effect by file name: how to make it, the peak to bring it to in dB, the MP3 bit rate in kbit/s. */
export const effects = {
  collect: { make: collect, peak: EFFECT_PEAK, rate: 80 },
  'collect-rare': { make: collectRare, peak: EFFECT_PEAK, rate: 80 },
  dash: { make: dash, peak: EFFECT_PEAK, rate: 80 },
  bump: { make: bump, peak: EFFECT_PEAK, rate: 80 },
  join: { make: () => phrase([0, 7, 12], 0.1), peak: EFFECT_PEAK, rate: 80 },
  leave: { make: () => phrase([12, 7, 0], 0.1), peak: EFFECT_PEAK, rate: 80 },
  chat: { make: chat, peak: EFFECT_PEAK, rate: 80 },
  click: { make: click, peak: EFFECT_PEAK, rate: 80 },
  engine: { make: engine, peak: LOOP_PEAK, rate: 80 },
};
