import { PassThrough } from 'node:stream';
import type { Streams } from '../../src/cli/terminal.ts';

/** Streams of a process nobody watches. */
export function pipes(): Streams & { stdin: PassThrough; stdout: PassThrough; stderr: PassThrough } {
  return { stdin: stream(false), stdout: stream(false), stderr: stream(false) };
}

/** Streams of a process in a terminal, somebody before it. */
export function tty(): ReturnType<typeof pipes> {
  return { stdin: stream(true), stdout: stream(true), stderr: stream(true) };
}

/** What was written to a stream since the last time. */
export function written(stream: PassThrough): string {
  return String(stream.read() ?? '');
}

function stream(isTTY: boolean): PassThrough & { isTTY: boolean } {
  return Object.assign(new PassThrough(), { isTTY });
}
