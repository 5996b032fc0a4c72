import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

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

/**
 * Path of the browser that tests run in. Without one they fail; they are never skipped.
 * @param places where to look when CHROME_PATH is not set
 */
export function chromePath(places: readonly string[] = USUAL_PLACES): string {
  const given = process.env.CHROME_PATH;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error(`CHROME_PATH names ${given}, which is not there. Point it at a Chrome or Chromium.`);
  }
  const found = places.find((place) => existsSync(place));
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

/** As small as a window gets: everything in it is drawn by the processor. */
const SMALLEST = '--window-size=500,400';

/** A browser whose tabs are what they are for a player: one is in front, the others are hidden. */
export interface TabbedBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Starts a browser whose tabs can be hidden. Playwright has every page of its own believe that it is in front; only
 * the first context of a browser that it joined can be left as it is.
 */
export async function launchTabs(): Promise<TabbedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'spacetick-profile-'));
  const args = [...ARGS, SMALLEST, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(chromePath(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const browser = await chromium.connectOverCDP(await debuggerAddress(child.stderr), { noDefaults: true });
  return {
    context: browser.contexts()[0]!,
    close: async () => {
      await browser.close();
      child.kill();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The browser says on stderr where it listens. */
async function debuggerAddress(stderr: Readable): Promise<string> {
  let said = '';
  for await (const chunk of stderr) {
    said += String(chunk);
    const address = /ws:\/\/\S+/.exec(said);
    if (address !== null) {
      stderr.resume();
      return address[0];
    }
  }
  throw new Error(`The browser ended before it listened. It said: ${said}`);
}
