import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ErrorPayload, HotPayload, ViteDevServer } from 'vite';

const PLACE = /(?:^|: )([^:\n]+):(\d+)(?::(\d+))?: /; // in errors of modules: `src/module/index.ts:12:3: `
const CONTEXT = 2; // lines of source before and after the one at fault

/** Vite's error overlay, over the pages that are open and those opened while the module is broken. */
export class Overlay {
  readonly #hot: ViteDevServer['environments']['client']['hot'];
  #shown: ErrorPayload | undefined;

  constructor({ environments }: ViteDevServer) {
    this.#hot = environments.client.hot;
    this.#hot.on('vite:client:connect', (_data, client) => {
      if (this.#shown !== undefined) show(this.#shown, (payload) => client.send(payload));
    });
  }

  /** @param message names the place, where there is one */
  show(message: string): void {
    const [, file, line, column = '1'] = PLACE.exec(message) ?? [];
    const err: ErrorPayload['err'] = { message, stack: '', plugin: 'spacetick' };
    if (file !== undefined) {
      const loc = { file: resolve(file), line: Number(line), column: Number(column) };
      Object.assign(err, { id: loc.file, loc, frame: frameOf(loc) });
    }
    this.#shown = { type: 'error', err };
    show(this.#shown, (payload) => this.#hot.send(payload));
  }

  /** Takes it away. */
  clear(): void {
    if (this.#shown === undefined) return;
    this.#shown = undefined;
    this.#hot.send(NO_UPDATE);
  }
}

/** Closes an overlay. The first one a page receives would reload it if an overlay was there, hence one before each. */
const NO_UPDATE: HotPayload = { type: 'update', updates: [] };

function show(error: ErrorPayload, send: (payload: HotPayload) => void): void {
  send(NO_UPDATE);
  send(error);
}

/** The line at fault among its neighbours, with a mark below. */
function frameOf({ file, line, column }: { file: string; line: number; column: number }): string {
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return ''; // deleted meanwhile
  }
  const first = Math.max(1, line - CONTEXT);
  const width = String(line + CONTEXT).length;
  return lines
    .slice(first - 1, line + CONTEXT)
    .flatMap((text, i) => {
      const number = `${String(first + i).padStart(width)} | `;
      const mark = `${' '.repeat(width)} | ${' '.repeat(column - 1)}^`;
      return first + i === line ? [number + text, mark] : [number + text];
    })
    .join('\n');
}
