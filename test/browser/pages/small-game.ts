import * as Phaser from 'phaser';

/** A scene that tests fill from outside. */
export class TestScene extends Phaser.Scene {
  onCreate: (scene: TestScene) => void;
  onUpdate: () => void = () => {};
  creations = 0;

  constructor(onCreate: (scene: TestScene) => void = () => {}, key = 'test') {
    super(key);
    this.onCreate = onCreate;
  }

  create(): void {
    this.creations++;
    this.onCreate(this);
  }

  override update(): void {
    this.onUpdate();
  }
}

/** A small game with one scene, started. */
export async function startGame(
  scene: TestScene,
  config: Partial<Phaser.Types.Core.GameConfig> = {},
): Promise<Phaser.Game> {
  const game = new Phaser.Game({
    type: Phaser.CANVAS,
    width: 200,
    height: 150,
    banner: false,
    audio: { noAudio: true },
    scene,
    ...config,
  });
  await until(() => scene.creations > 0);
  return game;
}

/** Waits for a state of the page, whatever the frame rate. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Waits until the scene has drawn a whole frame from now. */
export async function nextFrame(scene: Phaser.Scene): Promise<void> {
  await new Promise<void>((resolve) => scene.game.events.once('prestep', () => resolve()));
  await new Promise<void>((resolve) => scene.game.events.once('poststep', () => resolve()));
}

/** What the console was told meanwhile. */
export async function consoleOf(work: () => void | Promise<void>): Promise<string[]> {
  const told: string[] = [];
  const originals = { error: console.error, warn: console.warn };
  console.error = (...words: unknown[]) => told.push(words.map(String).join(' '));
  console.warn = console.error;
  try {
    await work();
  } finally {
    Object.assign(console, originals);
  }
  return told;
}
