import { SpacetickError } from '../values/index.ts';

// A reducer run again from its inputs must do the same again, so nothing may bring in time, chance or the outside.
// The globals that would are swapped for traps while one runs: nanoseconds a call, and the same on every platform.

const USE_INSTEAD: Readonly<Record<string, string>> = {
  Date: 'ctx.timestamp',
  'Math.random': 'ctx.random',
  performance: 'ctx.timestamp',
  crypto: 'ctx.random and ctx.newUuidV4()',
  setTimeout: 'a scheduled table',
  setInterval: 'a scheduled table',
  setImmediate: 'a scheduled table',
  queueMicrotask: 'a scheduled table',
  requestAnimationFrame: 'a scheduled table',
  fetch: 'a client that calls a reducer with what it fetched',
  XMLHttpRequest: 'a client that calls a reducer with what it fetched',
  WebSocket: 'a client that calls a reducer with what it received',
};

function refuse(name: string): never {
  throw new SpacetickError(
    'E_NOT_IN_REDUCER',
    `${name} is not available in SpacetimeDB modules: a reducer must do the same when it is run again. ` +
      `Use ${USE_INSTEAD[name]} instead.`,
  );
}

/** Throws whichever way it is used; only `instanceof` is let through, for libraries that ask. */
function trap(name: string): unknown {
  return new Proxy(() => undefined, {
    apply: () => refuse(name),
    construct: () => refuse(name),
    get: (target, property) => {
      if (property === Symbol.hasInstance) return () => false;
      return property === 'prototype' ? Reflect.get(target, property) : refuse(name);
    },
  });
}

interface Swap {
  readonly name: string;
  readonly trap: unknown;
  readonly original: unknown;
}

type Globals = Record<string, unknown>;

const scope = globalThis as unknown as Globals;
const hostRandom = Math.random;
const randomTrap = (): never => refuse('Math.random');

/** Those of the names that this platform has as plain properties, which can be swapped by assignment. */
function swaps(): Swap[] {
  return Object.keys(USE_INSTEAD).flatMap((name) => {
    const descriptor = Object.getOwnPropertyDescriptor(scope, name);
    return descriptor?.writable ? [{ name, trap: trap(name), original: descriptor.value }] : [];
  });
}

/** Getters (`crypto`, `performance` in Node) cannot be assigned: a loaded bundle has parameters of their names instead. */
const SWAPS: readonly Swap[] = swaps();

/** Traps for globals by name: what a bundle is given as parameters. */
export function trapsFor(names: readonly string[]): unknown[] {
  return names.map(trap);
}

let inside = 0;

/** Takes the globals away. Calls nest; each needs a `leaveModule`, except after a stop, which needs `resetGlobals`. */
export function enterModule(): void {
  if (inside++ > 0) return;
  Math.random = randomTrap;
  for (let i = 0; i < SWAPS.length; i++) scope[SWAPS[i]!.name] = SWAPS[i]!.trap;
}

export function leaveModule(): void {
  if (--inside > 0) return;
  inside = 0;
  Math.random = hostRandom;
  for (let i = 0; i < SWAPS.length; i++) scope[SWAPS[i]!.name] = SWAPS[i]!.original;
}

/** Gives them back whatever happened: code that was stopped ran no `leaveModule`. */
export function resetGlobals(): void {
  inside = 1;
  leaveModule();
}
