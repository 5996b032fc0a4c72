import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Chrome and Chromium usually are. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** The same everywhere, and quiet: nothing of the browser's own goes to the network. */
const ARGS = [
  '--headless=new', // the old headless mode cannot hide a tab
  '--no-sandbox', // as root in a container there is no other way
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the browser that tests run in. Without one they fail; they are never skipped. */
export function chromePath(): string {
  const given = process.env.CHROME_PATH;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error(`CHROME_PATH names ${given}, which is not there. Point it at a Chrome or Chromium.`);
  }
  const found = USUAL_PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    'Browser tests need Chrome or Chromium, and none was found. Install one (Debian: `apt-get install chromium`, ' +
      'which `.ci/run` does) or set CHROME_PATH to its program.',
  );
}

/** Starts the browser. Close it when the tests end. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromePath(), args: ARGS });
}
