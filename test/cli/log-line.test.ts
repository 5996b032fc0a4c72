import { describe, expect, it } from 'vitest';
import { remoteLogLine } from '../../src/cli/log-line.ts';

const TS = 1_744_127_266_935_402;
const AT = '2025-04-08T15:47:46.935402Z';

const text = (record: object, hasColours = false) => remoteLogLine(JSON.stringify(record), hasColours).text;

describe('a line of a log', () => {
  const message = 'Hello';
  const shown: readonly (readonly [what: string, record: object, text: string])[] = [
    ['the message', { level: 'Info', ts: TS, message }, `${AT}  INFO: Hello`],
    ['the function', { level: 'Warn', ts: TS, function: 'send_message', message }, `${AT}  WARN: send_message: Hello`],
    [
      'file and line',
      { level: 'Debug', ts: TS, target: 'chat', filename: 'src/lib.rs', line_number: 21, message },
      `${AT} DEBUG: src/lib.rs:21: Hello`,
    ],
    [
      'function, file and line',
      { level: 'Trace', ts: TS, function: 'send', filename: 'index.ts', line_number: 3, message },
      `${AT} TRACE: send index.ts:3: Hello`,
    ],
    ['a file without a line', { level: 'Error', ts: TS, filename: 'a.ts', message }, `${AT} ERROR: a.ts: Hello`],
    [
      'a file whose line is null',
      { level: 'Error', ts: TS, filename: 'a.ts', line_number: null, function: null, message },
      `${AT} ERROR: a.ts: Hello`,
    ],
    [
      'no sentinels',
      { level: 'Info', ts: TS, function: '__spacetimedb__', filename: '__spacetimedb__', line_number: 0, message },
      `${AT}  INFO: Hello`,
    ],
    [
      'where a panic came from',
      {
        level: 'Panic',
        ts: TS,
        function: 'send',
        message: 'out of fuel',
        trace: [{ module_name: 'chat.wasm', func_name: 'burn' }, { module_name: 'chat.wasm' }, { func_name: 'main' }],
      },
      `${AT} PANIC: send: out of fuel\n    in chat.wasm :: burn\n    in chat.wasm :: ?\n    in ? :: main`,
    ],
    ['a panic without a trace', { level: 'Panic', ts: TS, message, trace: [] }, `${AT} PANIC: Hello`],
    ['what it does not know', { level: 'Loud', message }, '1970-01-01T00:00:00.000000Z  INFO: Hello'],
    ['a time that is none', { ts: 'noon' }, '1970-01-01T00:00:00.000000Z  INFO: '],
  ];

  it.each(shown)('[CL70] shows %s', (_what, record, line) => {
    expect(text(record)).toBe(line);
  });

  it('[CL94] colours nothing but the level', () => {
    const record = { level: 'Panic', ts: TS, function: 'send', message };
    expect(text(record, true)).toBe(`${AT} \u001b[35mPANIC\u001b[0m: send: Hello`);
  });

  it('[CL72] says which level it has', () => {
    const level = (name: string) => remoteLogLine(JSON.stringify({ level: name, ts: TS, message }), false).level;
    expect(['Trace', 'Debug', 'Info', 'Warn', 'Error', 'Panic'].map(level)).toEqual([
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'panic',
    ]);
  });
});
