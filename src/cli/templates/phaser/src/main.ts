import * as Phaser from 'phaser';
import { ArenaScene, HEIGHT, WIDTH } from './arena-scene';
import { connect } from './connection';

const connection = await connect();

export const game = new Phaser.Game({
  backgroundColor: '#070818',
  scale: { mode: Phaser.Scale.FIT, autoCenter: Phaser.Scale.CENTER_BOTH, width: WIDTH, height: HEIGHT },
  scene: new ArenaScene(connection),
});
