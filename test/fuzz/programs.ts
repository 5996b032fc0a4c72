const HEAD = `
const { schema, table, t } = require('spacetick/server');
const crate = table({ name: 'crate', public: true }, { id: t.u32().primaryKey(), tags: t.array(t.string()) });
const hold = schema({ crate });
exports.default = hold;
`;
const action = (body: string): string => `${HEAD}exports.act = hold.reducer((ctx) => { ${body} });`;

/** Programs that are refused when they are published, and what the refusal says. */
export const REFUSED: Readonly<Record<string, readonly [program: string, reason: RegExp]>> = {
  'throws when it is loaded': [`${HEAD}throw new Error('no mast');`, /no mast/],
  'throws what is no error': [`${HEAD}throw { toString() { throw 1; } };`, /\S/],
  'never comes to an end': [`${HEAD}for (;;);`, /did not return/],
  'hides behind finally': [`${HEAD}try { for (;;); } finally { for (;;); }`, /did not return/],
  'matches for ever': [`${HEAD}/^(a+)+$/.test('a'.repeat(40) + 'b');`, /did not return/],
  'calls itself without end': [`${HEAD}(function deeper() { deeper(); })();`, /call stack/],
  'exports proxies that throw': [
    `${HEAD}module.exports = new Proxy({}, { get() { throw new Error('hands off'); }, ownKeys() { throw new Error('hands off'); } });`,
    /\S/,
  ],
  'exports getters that throw': [
    `${HEAD}Object.defineProperty(exports, 'gone', { enumerable: true, get() { throw new Error('gone'); } });`,
    /\S/,
  ],
  'is no module': ['exports.default = { tables: { crate: null }, registrations: [] };', /\S/],
  'is deep': [`exports.default = ${'['.repeat(20_000)}${']'.repeat(20_000)};`, /\S/],
  'is not JavaScript': ['\u0000\ufeff}{', /\S/],
  'is empty': ['', /\S/],
  'imports what it may not': ["require('node:fs');", /node:fs/],
  'declares a table of itself': [
    "const { schema, table, t } = require('spacetick/server'); const a = []; a.push(a); exports.default = schema({ a: table(a, a) });",
    /\S/,
  ],
};

/** Bodies of reducers, and what their callers read; undefined where they succeed. */
export const ACTIONS: Readonly<Record<string, readonly [program: string, reason: RegExp | undefined]>> = {
  'inserts a proxy': [
    action(
      "ctx.db.crate.insert(new Proxy({}, { get() { throw new Error('a trap'); }, has() { throw new Error('a trap'); }, ownKeys() { throw new Error('a trap'); } }));",
    ),
    /a trap|fatal|internal/i,
  ],
  'inserts getters that change their mind': [
    action(
      "let n = 0; ctx.db.crate.insert({ get id() { return n++; }, get tags() { return n++ > 3 ? 'no list' : []; } });",
    ),
    undefined,
  ],
  'inserts a list that grows while it is read': [
    action(
      "const tags = ['a']; ctx.db.crate.insert({ id: 1, tags: new Proxy(tags, { get(all, key) { if (key === 'length') all.push('b'); return all[key]; } }) });",
    ),
    undefined,
  ],
  'inserts a list that claims to be endless': [
    action('ctx.db.crate.insert({ id: 1, tags: { length: 4e9 } });'),
    /tags/,
  ],
  'inserts what contains itself': [
    action('const tags = []; tags.push(tags); ctx.db.crate.insert({ id: 1, tags });'),
    /tags/,
  ],
  'returns a promise': [action('return Promise.resolve();'), /promise|async/i],
  'returns what only looks like one': [action("return { then() { throw new Error('never'); } };"), /promise/],
  'throws a proxy': [
    action(
      "throw new Proxy({}, { get() { throw new Error('a trap'); }, getPrototypeOf() { throw new Error('a trap'); } });",
    ),
    /\S/,
  ],
  'throws nothing': [action('throw undefined;'), /\S/],
  'throws an error whose message throws': [
    action(
      "const error = new Error(); Object.defineProperty(error, 'message', { get() { throw error; } }); Object.defineProperty(error, 'stack', { get() { throw error; } }); throw error;",
    ),
    /\S/,
  ],
  'throws a very long text': [action("throw new Error('x'.repeat(50_000_000));"), /x{100}/],
  'writes a very long line': [action("console.log('x'.repeat(5_000_000));"), undefined],
  'keeps its ctx for later': [
    action(
      'const kept = globalThis.keptCtx; globalThis.keptCtx = ctx; if (kept) kept.db.crate.insert({ id: 9, tags: [] });',
    ),
    undefined,
  ],
  'never returns': [action('ctx.db.crate.insert({ id: 5, tags: [] }); for (;;);'), /did not return/],
  'calls itself without end': [action('(function deeper() { deeper(); })();'), /call stack/],
  'fills some memory': [
    action('const all = []; for (let i = 0; i < 50; i++) all.push(new Array(100_000).fill(i)); '),
    undefined,
  ],
};

/** What a program may add to what it shares with the host, and the host goes on nevertheless (docs/limits.md). */
export const ADDITIONS: Readonly<Record<string, string>> = {
  'to every object': "Object.prototype.polluted = 'yes';",
  'to every list': 'Array.prototype.first = function () { return this[0]; };',
  'to the globals': 'globalThis.polluted = globalThis;',
};
