/**
 * In place of settlement.ts in the lean build: a failure that nobody looks at is told by the page, as any promise's is.
 * What else a Settlement is made with, a Promise ignores.
 */
export const Settlement = Promise;
