import { ConnectionId, SpacetickError, Timestamp } from '../values/index.ts';

// A reducer run again from its inputs must do the same again, so nothing may bring in time, chance or the outside.
// The globals that would are traps while one runs: nanoseconds a call, and the same on every platform.

const SCHEDULE = 'a scheduled table';
const CALLER = 'a client that calls a reducer with what it received';

const USE_INSTEAD: Readonly<Record<string, string>> = {
  Date: 'ctx.timestamp',
  Temporal: 'ctx.timestamp',
  performance: 'ctx.timestamp',
  crypto: 'ctx.random and ctx.newUuidV4()',
  setTimeout: SCHEDULE,
  setInterval: SCHEDULE,
  setImmediate: SCHEDULE,
  queueMicrotask: SCHEDULE,
  requestAnimationFrame: SCHEDULE,
  requestIdleCallback: SCHEDULE,
  fetch: CALLER,
  XMLHttpRequest: CALLER,
  WebSocket: CALLER,
  EventSource: CALLER,
};

const METHODS_INSTEAD: Readonly<Record<string, string>> = {
  'Math.random': 'ctx.random',
  'Intl.DateTimeFormat': 'ctx.timestamp',
  'Timestamp.now': 'ctx.timestamp',
  'ConnectionId.random': 'ctx.newUuidV4()',
};

function refuse(name: string): never {
  throw new SpacetickError(
    'E_NOT_IN_REDUCER',
    `${name} is not available in SpacetimeDB modules: a reducer must do the same when it is run again. ` +
      `Use ${USE_INSTEAD[name] ?? METHODS_INSTEAD[name]} instead.`,
  );
}

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Throws whichever way it is used; only `instanceof` is let through, for libraries that ask.
 * @param original what it stands for when no module runs; a trap without one always throws
 */
function trap(name: string, original?: unknown): unknown {
  const real = original as AnyFunction;
  const isOpen = (): boolean => original !== undefined && !isInside();
  // A function that is no arrow: only such a one lets `new` reach the trap.
  return new Proxy(function trapped() {}, {
    apply: (_, self, args) => (isOpen() ? Reflect.apply(real, self, args) : refuse(name)),
    construct: (_, args) => (isOpen() ? Reflect.construct(real, args) : refuse(name)),
    get: (target, property) => {
      if (isOpen()) return Reflect.get(real, property);
      if (property === Symbol.hasInstance) return () => false;
      return property === 'prototype' ? Reflect.get(target, property) : refuse(name);
    },
  });
}

const scope = globalThis as unknown as Record<string, unknown>;
let inside = 0;
let isPrepared = false;
const stopChecks = new Set<() => boolean>();

/**
 * For platforms that stop code in the middle. Between the stop and `resetGlobals` code of others may run (sockets,
 * timers), and must find the globals as they are.
 * @param wasStopped whether the code that runs modules was stopped and nobody has cleaned up yet
 * @returns how to end it
 */
export function watchForStops(wasStopped: () => boolean): () => void {
  stopChecks.add(wasStopped);
  return () => stopChecks.delete(wasStopped);
}

/** Whether a module is running; one that was stopped is not. */
function isInside(): boolean {
  if (inside === 0) return false;
  for (const wasStopped of stopChecks) {
    if (!wasStopped()) continue;
    resetGlobals();
    return false;
  }
  return true;
}

/** The property as the platform made it, wherever in the chain: workers have theirs on a prototype. */
function descriptorOf(name: string): PropertyDescriptor | undefined {
  for (let holder: object | null = scope; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** Puts the globals behind getters that know whether a module is running: entering one then costs nothing for them. */
function prepare(): void {
  isPrepared = true;
  for (const name of Object.keys(USE_INSTEAD)) {
    const descriptor = descriptorOf(name);
    if (descriptor !== undefined && name !== 'Date') guard(scope, name, trap(name), descriptor);
  }
  // Formats the time of now, in the zone of the machine.
  const descriptor = Object.getOwnPropertyDescriptor(Intl, 'DateTimeFormat');
  if (descriptor !== undefined) guard(Intl, 'DateTimeFormat', trap('Intl.DateTimeFormat'), descriptor);
}

function guard(
  holder: object,
  name: string,
  trapped: unknown,
  { get: read, set: write, value: original, enumerable = true }: PropertyDescriptor,
): void {
  let value: unknown = original;
  try {
    Object.defineProperty(holder, name, {
      configurable: true,
      enumerable,
      get: () => (inside > 0 && isInside() ? trapped : read === undefined ? value : read.call(holder)),
      set: (next: unknown) => {
        if (read === undefined) value = next;
        else write?.call(holder, next);
      },
    });
  } catch {
    // A platform that forbids it: bundles still have parameters of these names (program.ts).
  }
}

// What is read often everywhere, and what is no global, is swapped instead: by name, which costs a nanosecond. What to
// put back is read each time: a test's fake clock may have come in between.
let hostDate = Date;
let hostRandom = Math.random;
let hostNow = Timestamp.now;
let hostConnectionId = ConnectionId.random;
let hostStackLimit = Error.stackTraceLimit;
const STACK_FRAMES = 50; // an error deep within the host's own code shows where in the module it began
const dateTrap = trap('Date', hostDate) as typeof hostDate;
const randomTrap = trap('Math.random', hostRandom) as typeof hostRandom;
const nowTrap = trap('Timestamp.now', hostNow) as typeof hostNow;
const connectionIdTrap = trap('ConnectionId.random', hostConnectionId) as typeof hostConnectionId;

/** Traps for globals by name: what a bundle is given as parameters. */
export function trapsFor(names: readonly string[]): unknown[] {
  return names.map((name) => trap(name));
}

/** Takes the globals away. Calls nest; each needs a `leaveModule`, except after a stop, which needs `resetGlobals`. */
export function enterModule(): void {
  if (inside++ > 0) return;
  if (!isPrepared) prepare();
  hostDate = globalThis.Date;
  hostRandom = Math.random;
  hostNow = Timestamp.now;
  hostConnectionId = ConnectionId.random;
  hostStackLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  globalThis.Date = dateTrap;
  Math.random = randomTrap;
  Timestamp.now = nowTrap;
  ConnectionId.random = connectionIdTrap;
}

export function leaveModule(): void {
  if (--inside > 0) return;
  inside = 0;
  Error.stackTraceLimit = hostStackLimit;
  globalThis.Date = hostDate;
  Math.random = hostRandom;
  Timestamp.now = hostNow;
  ConnectionId.random = hostConnectionId;
}

/** Gives them back whatever happened: code that was stopped ran no `leaveModule`. */
export function resetGlobals(): void {
  inside = 1;
  leaveModule();
}
