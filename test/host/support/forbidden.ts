/** What reaches time, chance or the outside: how it is used, what the error calls it, what it says to use instead. */
const FORBIDDEN: Readonly<Record<string, readonly [use: string, name: string, instead: string]>> = {
  'Math.random': ['Math.random()', 'Math.random', 'ctx.random'],
  'Date.now': ['Date.now()', 'Date', 'ctx.timestamp'],
  'new Date': ['new Date()', 'Date', 'ctx.timestamp'],
  Date: ['Date()', 'Date', 'ctx.timestamp'],
  'Intl.DateTimeFormat': ['Intl.DateTimeFormat().format()', 'Intl.DateTimeFormat', 'ctx.timestamp'],
  'new Intl.DateTimeFormat': ["new Intl.DateTimeFormat('en')", 'Intl.DateTimeFormat', 'ctx.timestamp'],
  Temporal: ['Temporal.Now.instant()', 'Temporal', 'ctx.timestamp'],
  performance: ['performance.now()', 'performance', 'ctx.timestamp'],
  crypto: ['crypto.randomUUID()', 'crypto', 'ctx.random and ctx.newUuidV4'],
  setTimeout: ['setTimeout(() => 0, 0)', 'setTimeout', 'a scheduled table'],
  setInterval: ['setInterval(() => 0, 1e6)', 'setInterval', 'a scheduled table'],
  setImmediate: ['setImmediate(() => 0)', 'setImmediate', 'a scheduled table'],
  queueMicrotask: ['queueMicrotask(() => 0)', 'queueMicrotask', 'a scheduled table'],
  requestAnimationFrame: ['requestAnimationFrame(() => 0)', 'requestAnimationFrame', 'a scheduled table'],
  requestIdleCallback: ['requestIdleCallback(() => 0)', 'requestIdleCallback', 'a scheduled table'],
  fetch: ["fetch('http://127.0.0.1:1')", 'fetch', 'a client that calls a reducer'],
  XMLHttpRequest: ['new XMLHttpRequest()', 'XMLHttpRequest', 'a client that calls a reducer'],
  WebSocket: ["new WebSocket('ws://127.0.0.1:1')", 'WebSocket', 'a client that calls a reducer'],
  EventSource: ["new EventSource('http://127.0.0.1:1')", 'EventSource', 'a client that calls a reducer'],
};

export interface Forbidden {
  readonly title: string;
  /** An expression. */
  readonly use: string;
  /** Text that the error's message begins with. */
  readonly refusal: string;
  readonly instead: string;
}

/** Those that this platform has: no Node has an `EventSource`, no page a `setImmediate`. */
export function forbiddenHere(): Forbidden[] {
  return Object.entries(FORBIDDEN)
    .filter(([, [, name]]) => name.split('.')[0]! in globalThis)
    .map(([title, [use, name, instead]]) => ({ title, use, refusal: `${name} is not available `, instead }));
}

/** Source of a program that runs `top` at its top level and `inside` in its reducer `run`. */
export function programUsing(top: string, inside: string): string {
  return `
    'use strict';
    const { schema, table, t } = require('spacetick/server');
    const comet = schema({ orb: table({}, { id: t.u32() }) });
    ${top};
    exports.default = comet;
    exports.run = comet.reducer(() => { ${inside}; });`;
}
