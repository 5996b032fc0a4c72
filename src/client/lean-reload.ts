/** In place of reload.ts in the lean build: no dev server loads a published page again. */
export function tellUnlessReloaded(_error: unknown, tell: () => void): void {
  tell();
}
