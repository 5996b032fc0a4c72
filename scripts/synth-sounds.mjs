// Synthesises every sound of the game: assets/sounds/*.mp3. `node scripts/synth-sounds.mjs [--keep-wav] [name ...]`.
// An authoring tool: it needs ffmpeg for the MP3 encoding, and the game and the build use the committed files.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { effects } from '../assets/source/sound/effects.mjs';
import { MUSIC_PEAK, MUSIC_RATE, music } from '../assets/source/sound/music.mjs';
import { normalise, RATE, wav } from '../assets/source/sound/synth.mjs';

const SOUNDS = new URL('../assets/sounds/', import.meta.url);
const BUDGET_BYTES = 500_000; // all sounds together

const sounds = { ...effects, music: { make: music, peak: MUSIC_PEAK, rate: MUSIC_RATE } };
const keepWav = process.argv.includes('--keep-wav');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

/** Runs ffmpeg; the LAME header it writes tells players how much padding to cut, which keeps loops seamless. */
function encode(from, to, kilobits) {
  const flags = ['-loglevel', 'error', '-y', '-i', from, '-map_metadata', '-1', '-id3v2_version', '0'];
  const codec = ['-codec:a', 'libmp3lame', '-b:a', `${kilobits}k`, '-compression_level', '0'];
  const { status, error, stderr } = spawnSync('ffmpeg', [...flags, ...codec, to], { encoding: 'utf8' });
  if (error?.code === 'ENOENT') return false;
  if (status !== 0) throw new Error(`ffmpeg could not encode ${from}: ${stderr}`);
  return true;
}

for (const [name, { make, peak, rate }] of Object.entries(sounds)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const track = normalise(make(), peak);
  const power = track.reduce((sum, value) => sum + value * value, 0) / track.length;
  const wavFile = fileURLToPath(new URL(`${name}.wav`, SOUNDS));
  writeFileSync(wavFile, wav(track));
  const encoded = encode(wavFile, fileURLToPath(new URL(`${name}.mp3`, SOUNDS)), rate);
  if (encoded && !keepWav) rmSync(wavFile);
  const rms = (10 * Math.log10(power)).toFixed(1);
  const note = encoded ? '' : '  (WAV only: install ffmpeg for MP3)';
  console.log(`${name}  ${(track.length / RATE).toFixed(2)} s  peak ${peak} dB  rms ${rms} dB${note}`);
}

const total = readdirSync(SOUNDS)
  .filter((file) => file.endsWith('.mp3'))
  .reduce((sum, file) => sum + statSync(new URL(file, SOUNDS)).size, 0);
console.log(`${fileURLToPath(SOUNDS)}: ${total} of ${BUDGET_BYTES} bytes`);
if (total > BUDGET_BYTES) process.exitCode = 1;
