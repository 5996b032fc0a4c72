import { expect, it } from 'vitest';

const script: string = new URL('../../scripts/lean.mjs', import.meta.url).href;
const { withoutTexts } = (await import(script)) as { withoutTexts(path: string, code: string): string };

it.each([
  ["throw new SpacetickError('E_URI', 'Write the scheme too.');", "throw new SpacetickError('E_URI');"],
  [
    `new SpacetickError('E_URI', \`\${uri} is none. \` + 'Write it.', { cause })`,
    "new SpacetickError('E_URI', undefined, { cause })",
  ],
  [`new ConnectionLostError(\`It broke (\${detail}).\`, { cause })`, 'new ConnectionLostError([detail], { cause })'],
  [`throw wireError(\`it names table \${show(detail)}\`);`, 'throw wireError([detail]);'],
  [
    `fail('E_VALUE_RANGE', type, value, \`\${show(value)} is out of range \${rangeOf(type)}\`);`,
    "fail('E_VALUE_RANGE', type, value);",
  ],
  [
    "fail(\n  'E_VALUE_UTF8',\n  'half a pair',\n  value,\n  reason,\n);",
    "fail(\n  'E_VALUE_UTF8',\n  'half a pair',\n  value);",
  ],
  ["reporter.warnOnce('nested tick', 'frameTick() was called inside.');", ';'],
  ["if (isOdd) warn('odd');\nconsole.warn('[spacetick]');", "if (isOdd) ;\nconsole.warn('[spacetick]');"],
  ["mustFit('unique', this, mayBeKey(type));\nreturn this;", ';\nreturn this;'],
  [`mustDiffer(params, \`\${fail('E_SCHEMA', 'x', 1, 'text')}\`);`, ';'],
])('[B10] leaves texts out: %s', (code, lean) => {
  expect(withoutTexts('rooms.ts', code)).toBe(lean);
});

it.each([
  "call.reject(new SpacetickError('E_QUERY', outcome.error));",
  "super('E_REDUCER_FAILED', message);",
  "super(scene, 'ship');",
  "console.error('[spacetick] a watcher:', error);",
  "callbacks.run('onConnect', () => listener(connection));",
])("[B10] leaves others' words: %s", (code) => {
  expect(withoutTexts('rooms.ts', code)).toBe(code);
});
