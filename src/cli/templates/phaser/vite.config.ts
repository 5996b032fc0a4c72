import { spacetick } from 'spacetick/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './', // the built page works from any folder of a web server
  plugins: [spacetick({ module: 'spacetimedb', bindings: 'src/module_bindings', database: 'my-game' })],
  build: { chunkSizeWarningLimit: 2000 }, // kB: Phaser comes in one piece
  optimizeDeps: { include: ['phaser', 'howler'] },
});
