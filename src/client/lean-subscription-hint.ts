/** In place of subscription-hint.ts in the lean build, which gives no hints. */
export class SubscriptionHint {
  connected(): void {}
  followed(): void {}
  settle(): void {}
}
