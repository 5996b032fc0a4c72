import { ConnectionLostError } from './errors.ts';

const RELOAD_MS = 3000; // a dev server writes bindings and loads the page again in less, on a slow machine too

/** Runs `tell`, which writes an error to the console: not at all in a page that a dev server loads again meanwhile. */
export function tellUnlessReloaded(error: unknown, tell: () => void): void {
  const mayReload = error instanceof ConnectionLostError && error.isOutdated && 'document' in globalThis;
  if (mayReload) setTimeout(tell, RELOAD_MS);
  else tell();
}
