import { Howl, Howler } from 'howler';
import { destroyGame, rowSounds, soundStage, soundSwitch } from '../../../src/phaser/index.ts';
import { RowTable } from '../../phaser/row-table.ts';
import { startGame, TestScene, until } from './small-game.ts';

const RATE = 8000; // samples a second
const SILENCE_MS = 32_000; // howler by itself suspends what was silent for 30 s

/** A second of a quiet tone, as a file. */
function tone(): string {
  const bytes = new Uint8Array(44 + RATE);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + RATE, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, RATE, true);
  for (let n = 0; n < RATE; n++) bytes[44 + n] = 128 + 20 * Math.sin(n / 4);
  return `data:audio/wav;base64,${btoa(String.fromCharCode(...bytes))}`;
}

const makeHowl = async () => {
  const howl = new Howl({ src: [tone()], format: ['wav'], sprite: { short: [0, 400], __default: [0, 1000] } });
  await until(() => howl.state() === 'loaded');
  return howl;
};

interface Voices {
  _soundById(id: number): { _stereo: number };
}

/** The volume and pan of each voice as it begins. */
function listen(howl: Howl) {
  const told: { volume: number[]; pan: number[] } = { volume: [], pan: [] };
  howl.on('play', (id) => {
    told.volume.push(howl.volume(id) as unknown as number);
    told.pan.push((howl as unknown as Voices)._soundById(id)._stereo); // howler has no way to ask
  });
  return told;
}

interface Orb {
  id: number;
  x: number;
  y: number;
}

async function inStage<T>(
  options: Partial<Parameters<typeof soundStage>[1]>,
  work: (stage: ReturnType<typeof soundStage>, howl: Howl, scene: TestScene) => T | Promise<T>,
): Promise<T> {
  const scene = new TestScene();
  const game = await startGame(scene);
  const howl = await makeHowl();
  try {
    return await work(soundStage(scene, { howler: Howler, ...options }), howl, scene);
  } finally {
    await destroyGame(game);
    howl.unload();
  }
}

/** Runs by itself and reports on the console: being asked would count as a gesture. */
async function gestureStory(): Promise<void> {
  const scene = new TestScene();
  await startGame(scene);
  const stage = soundStage(scene, { howler: Howler });
  const howl = await makeHowl();
  let heard = 0;
  howl.on('play', () => heard++);
  const isPlayed = stage.play(howl);
  console.info(`story ${JSON.stringify({ step: 'untouched', state: Howler.ctx.state, isPlayed })}`);
  await until(() => soundSwitch(Howler).isAudible);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const queued = heard;
  const isPlayedNow = stage.play(howl);
  await until(() => heard > 0);
  const { autoSuspend } = Howler;
  console.info(
    `story ${JSON.stringify({ step: 'touched', state: Howler.ctx.state, queued, isPlayedNow, autoSuspend })}`,
  );
}
if (location.hash === '#story') void gestureStory();

const scenarios = {
  rows: () =>
    inStage({ startsPerFrame: 100, voicesPerSound: 100 }, async (stage, howl, scene) => {
      await until(() => soundSwitch(Howler).isAudible);
      const told = listen(howl);
      const table = new RowTable<Orb>('orb', (row) => row.id);
      const orb = (id: number, x = 100) => ({ id, x, y: 75 });
      table.insert(orb(1), { tag: 'SubscribeApplied' });
      rowSounds(stage, table, {
        insert: howl,
        update: (row, before) => (row.x > before.x ? { howl, sprite: 'short', volume: 0.5 } : undefined),
        delete: (row) => (row.id === 2 ? howl : undefined),
        at: (row) => row,
      });
      for (let id = 10; id < 40; id++) table.insert(orb(id), { tag: 'SubscribeApplied' });
      table.delete(orb(10), { tag: 'UnsubscribeApplied' });
      table.insert(orb(2), { tag: 'Reducer' });
      table.update(orb(2, 200));
      table.update(orb(2, 0));
      table.delete(orb(2));
      table.delete(orb(1));
      await until(() => told.volume.length === 3);
      const { watchers } = table;
      scene.scene.restart();
      await until(() => scene.creations === 2);
      table.insert(orb(3));
      return { ...told, watchers, after: table.watchers, isPlayed: stage.play(howl), playing: howl.playing() };
    }),

  distance: () =>
    inStage({ reach: 200, startsPerFrame: 100, voicesPerSound: 100 }, async (stage, howl) => {
      await until(() => soundSwitch(Howler).isAudible);
      const told = listen(howl);
      // The camera shows 200 x 150, so its centre is 100, 75 and its right edge 100 away.
      const played = [100, 200, 0, 150, 299, 301].map((x) => stage.play(howl, { x, y: 75 }));
      await until(() => told.volume.length === 5);
      return { played, ...told };
    }),

  caps: () =>
    inStage({ voices: 3, voicesPerSound: 2, startsPerFrame: 2 }, async (stage, howl, scene) => {
      await until(() => soundSwitch(Howler).isAudible);
      const other = await makeHowl();
      const stopped: string[] = [];
      howl.on('stop', () => stopped.push('first'));
      other.on('stop', () => stopped.push('other'));
      const frame = () => new Promise<void>((resolve) => scene.game.events.once('prestep', () => resolve()));
      await frame();
      const inFrame = [1, 2, 3].map(() => stage.play(howl));
      await frame();
      const inNext = stage.play(howl);
      await until(() => stopped.length > 0); // howler tells a little later
      const perSound = [...stopped];
      await frame();
      stage.play(other);
      stage.play(other);
      await until(() => stopped.length > 1);
      const inAll = [...stopped];
      other.unload();
      return { inFrame, inNext, perSound, inAll };
    }),

  notLoaded: () =>
    inStage({}, (stage) => {
      const late = new Howl({ src: [tone()], format: ['wav'], preload: false });
      return { isPlayed: stage.play(late), state: late.state() };
    }),

  mute: () =>
    inStage({}, async (stage, howl) => {
      await until(() => soundSwitch(Howler).isAudible);
      const before = stage.play(howl);
      stage.muted = true;
      const muted = stage.play(howl);
      return { before, muted, isOne: soundSwitch(Howler).muted };
    }),

  isMuted: () => soundSwitch(Howler).muted,

  hidden: () => {
    const audio = soundSwitch(Howler);
    return { isHidden: document.hidden, isAudible: audio.isAudible, gain: Howler.masterGain.gain.value };
  },

  /** Plays one sound, nothing for longer than howler's patience, then another one. */
  silence: () =>
    inStage({}, async (stage, howl) => {
      await until(() => soundSwitch(Howler).isAudible);
      stage.play({ howl, sprite: 'short' });
      await new Promise((resolve) => howl.once('end', resolve));
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      const { state } = Howler.ctx;
      const asked = performance.now();
      const heard = new Promise<number>((resolve) => howl.once('play', () => resolve(performance.now() - asked)));
      const isPlayed = stage.play(howl);
      return { state, isPlayed, delay: isPlayed ? await heard : undefined };
    }),

  unlocked: async () => {
    await makeHowl();
    await until(() => soundSwitch(Howler).isAudible);
    return Howler.ctx.state;
  },
};

export type SoundScenarios = typeof scenarios;
Object.assign(window, { scenarios });
