// In place of named-calls.ts in the lean build, whose subprotocols know calls by their requests, and of one's own only.

export function publicArgs(): undefined {
  return undefined;
}

export function takeOldest(): undefined {
  return undefined;
}
