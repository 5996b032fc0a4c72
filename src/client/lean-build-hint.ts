/** In place of build-hint.ts in the lean build, which gives no hints. */
export class BuildHint {
  start(): void {}
  dismiss(): void {}
}
