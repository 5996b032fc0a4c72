// DESIGN "The house", as data. A room may import the rooms beside it; every room that has `schema` has `values` too,
// which the schema is made of.

/** @type {Readonly<Record<string, readonly string[]>>} */
export const ROOMS = {
  game: [],
  chat: [],
  vite: ['cli', 'host'],
  cli: ['host', 'client', 'codegen', 'schema', 'values'],
  testing: ['host', 'client'],
  phaser: ['client'],
  react: ['client'],
  client: ['wire', 'schema', 'values'],
  codegen: ['schema', 'values'],
  host: ['module', 'wire', 'schema', 'values'],
  module: ['schema', 'values'],
  wire: ['schema', 'values'],
  schema: ['values'],
  values: [],
};

/** Rooms that stand for a user's project: they know the package by its name only. */
export const PROJECT_ROOMS = ['game', 'chat'];

/** Projects that `init` writes: text for the command line, checked where they are installed. */
export const TEMPLATE_FOLDERS = ['cli/templates'];

/** Folders outside src/ that such a project has. */
export const PROJECT_FOLDERS = ['bindings', 'assets'];

/** Where `node:` and `ws` are imported. */
export const NODE_FOLDERS = ['host/node', 'client/node', 'cli', 'vite', 'chat'];

/** What runs anywhere: neither a page's nor Node's own names. */
export const PORTABLE_FOLDERS = ['values', 'schema', 'wire', 'module', 'codegen', 'host'];

/** Parts of those that touch a platform. */
export const PLATFORM_FOLDERS = ['host/node', 'host/browser'];

/** Names of pages and of Node that the others lack. What both have (TextDecoder, crypto, fetch) is not here. */
export const PLATFORM_NAMES = new Set([
  ...['window', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'indexedDB'],
  ...['requestAnimationFrame', 'cancelAnimationFrame', 'HTMLElement', 'Document', 'Window', 'Storage'],
  ...['XMLHttpRequest', 'SharedWorker', 'WebSocket', 'EventSource', 'alert'],
  ...['process', 'Buffer', '__dirname', '__filename', 'require', 'setImmediate', 'clearImmediate', 'NodeJS'],
]);

/** Where a default export is what somebody asks for: a module's schema is its default export. */
export const DEFAULT_EXPORT_FOLDERS = ['game/module'];

/** Tools that a room is a plugin of: who uses the room has them. */
export const HOST_TOOLS = { vite: ['vite'] };
