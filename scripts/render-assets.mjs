// Renders assets/source/*.svg to assets/images/*.png with a Chrome or Chromium (CHROME_PATH, else Debian's).
// `node scripts/render-assets.mjs [name ...]`; pngquant, when installed, makes the files smaller. An authoring tool: the
// game and the build use the committed PNG files.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { drawStars } from '../assets/source/stars.mjs';

const SOURCE = new URL('../assets/source/', import.meta.url);
const IMAGES = new URL('../assets/images/', import.meta.url);
const CHROME = process.env.CHROME_PATH ?? '/usr/bin/chromium';
const BUDGET_BYTES = 600_000; // all images together: one or two seconds on a slow mobile line

// Large pictures without transparency: colours are few and dark, so no dithering (noise does not compress).
const FLAT = new Set(['nebula']);

/** Width and height in pixels from the root element of an SVG file. */
function sizeOf(svg) {
  const root = /<svg[^>]*\swidth="(\d+)"[^>]*\sheight="(\d+)"/.exec(svg);
  if (root === null) throw new Error('the root <svg> needs width and height in whole pixels');
  return { width: Number(root[1]), height: Number(root[2]) };
}

/** The same picture with at most 256 colours, or the input where pngquant is missing or would lose too much. */
function shrink(png, name) {
  const flags = ['--speed=1', '--strip', '--quality=60-100', ...(FLAT.has(name) ? ['--nofs'] : [])];
  const { status, stdout } = spawnSync('pngquant', [...flags, '-'], { input: png, maxBuffer: 1 << 26 });
  return status === 0 && stdout.length < png.length ? stdout : png;
}

for (const [name, svg] of Object.entries(drawStars())) writeFileSync(new URL(`${name}.svg`, SOURCE), svg);

const wanted = process.argv.slice(2);
const names = readdirSync(SOURCE)
  .filter((file) => file.endsWith('.svg'))
  .map((file) => file.slice(0, -'.svg'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

const browser = await chromium.launch({
  executablePath: CHROME,
  args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
try {
  const page = await browser.newPage();
  for (const name of names) {
    const file = new URL(`${name}.svg`, SOURCE);
    const size = sizeOf(readFileSync(file, 'utf8'));
    await page.setViewportSize(size);
    await page.goto(file.href);
    const png = await page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, ...size } });
    const small = shrink(png, name);
    writeFileSync(new URL(`${name}.png`, IMAGES), small);
    console.log(`${name}.png  ${size.width}x${size.height}  ${small.length} bytes`);
  }
} finally {
  await browser.close();
}

const total = readdirSync(IMAGES).reduce((sum, file) => sum + statSync(new URL(file, IMAGES)).size, 0);
console.log(`${fileURLToPath(IMAGES)}: ${total} of ${BUDGET_BYTES} bytes`);
if (total > BUDGET_BYTES) process.exitCode = 1;
