import { spacetick } from 'spacetick/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './', // the built page works from any folder of a web server
  plugins: [spacetick({ module: 'spacetimedb', bindings: 'src/module_bindings', database: 'my-game' })],
});
