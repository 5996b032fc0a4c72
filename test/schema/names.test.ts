import { describe, expect, it } from 'vitest';
import { toCamelCase, toPascalCase, toSnakeCase } from '../../src/schema/index.ts';

describe('names', () => {
  it('[S1] go from one spelling to another word by word', () => {
    for (const [name, snake, camel, pascal] of [
      ['sendMessage', 'send_message', 'sendMessage', 'SendMessage'],
      ['send_message', 'send_message', 'sendMessage', 'SendMessage'],
      ['HTTPCall2', 'http_call2', 'httpCall2', 'HttpCall2'],
      ['orb', 'orb', 'orb', 'Orb'],
      ['ship2Orb', 'ship2_orb', 'ship2Orb', 'Ship2Orb'],
      ['comet-run', 'comet_run', 'cometRun', 'CometRun'],
      ['_private', 'private', 'private', 'Private'],
    ] as const) {
      expect([toSnakeCase(name), toCamelCase(name), toPascalCase(name)]).toEqual([snake, camel, pascal]);
    }
  });
});
