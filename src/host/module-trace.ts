import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { LoadedModule } from '../module/index.ts';

/** Names a program's frames in stack traces. */
export const PROGRAM_URL = 'spacetick-module.js';

const HEADER_LINES = 2; // what `new Function` puts before the body, in every engine (ECMA-262, CreateDynamicFunction)
const MAX_FRAMES = 10; // enough to see the way to a mistake, and to recognise endless recursion
/** The comment with a program's source map. */
export const SOURCE_MAP = /^\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/m;
const OWN_FRAME = new RegExp(`^\\s*(?:at )?(?:async )?(.*?)[\\s(@]*${PROGRAM_URL}:(\\d+):(\\d+)\\)?$`);
const ANY_FRAME = /^\s+at |^\S*@\S*:\d+:\d+$/; // of V8; of Firefox and Safari
const NAME = /^(?:new )?[\p{ID_Start}$_][\p{ID_Continue}$.]*$/u;
const INVENTED = /^(eval|anonymous|Object\.\w+)$/; // names that engines give to functions without one

/** Where a program was when something happened, in its author's files. */
interface Frame {
  /** `src/index.ts:12:3`. */
  readonly place: string;
  /** Function; '' when it has no name. */
  readonly name: string;
}

/** Reads stack traces of one program by the source map in it: the author's files and lines, and nobody else's. */
export class ModuleTrace {
  readonly #source: string;
  #map: TraceMap | null | undefined;

  /** @param source text of the program; without a source map places are those in the program itself */
  constructor(source: string) {
    this.#source = source;
  }

  /** The author's first place in a stack trace; undefined when there is none. */
  place(stack: string): string | undefined {
    return firstOf(this.#frames(stack))?.place;
  }

  /** An error's stack with the author's place first: `src/index.ts:12:3: TypeError: text`, then who called whom. */
  report(stack: string): string {
    const frames = this.#frames(stack);
    const first = firstOf(frames);
    if (first === undefined) return headOf(stack);
    const isAllSaid = frames.length === 1 && first.name === '';
    return `${first.place}: ${isAllSaid ? headOf(stack) : this.translate(stack)}`;
  }

  /** A stack with the module's frames only, each in the author's files. */
  translate(stack: string): string {
    const lines: string[] = [];
    let shown = 0;
    for (const line of stack.split('\n')) {
      const frame = this.#frame(line);
      if (frame === undefined && !ANY_FRAME.test(line)) {
        lines.push(line);
        shown = 0; // of the next error: each cause has frames of its own
      } else if (frame !== undefined && shown++ < MAX_FRAMES) {
        lines.push(`    at ${frame.name === '' ? frame.place : `${frame.name} (${frame.place})`}`);
      }
    }
    return lines.join('\n');
  }

  /** What tells one error of the module from another, wherever it was called from. Cheap: nothing is looked up. */
  essence(stack: string): string {
    return stack
      .split('\n')
      .filter((line) => OWN_FRAME.test(line) || !ANY_FRAME.test(line))
      .join('\n');
  }

  #frames(stack: string): Frame[] {
    return stack.split('\n').flatMap((line) => this.#frame(line) ?? []);
  }

  /** The frame that a line of a stack shows; undefined when it is none of the module's. */
  #frame(line: string): Frame | undefined {
    const [, name = '', row, column] = OWN_FRAME.exec(line) ?? [];
    if (row === undefined) return undefined;
    const place = this.#placeOf(Number(row) - HEADER_LINES, Number(column) - 1);
    return { place, name: NAME.test(name) && !INVENTED.test(name) ? name : '' };
  }

  /** @param line from 1. @param column from 0 */
  #placeOf(line: number, column: number): string {
    if (this.#map === undefined) this.#map = mapIn(this.#source);
    const found = this.#map === null || line < 1 ? undefined : originalPositionFor(this.#map, { line, column });
    if (!found?.source) return `${PROGRAM_URL}:${line}:${column + 1}`;
    return `${found.source}:${found.line}:${found.column + 1}`;
  }
}

const traces = new WeakMap<LoadedModule, ModuleTrace>();

/** Keeps how to read the stack traces of a module that was loaded from text. */
export function rememberTrace(module: LoadedModule, trace: ModuleTrace): void {
  traces.set(module, trace);
}

/** How to read a module's stack traces; undefined for one that was loaded otherwise, whose stacks are right already. */
export function traceOf(module: LoadedModule): ModuleTrace | undefined {
  return traces.get(module);
}

/** A library's line is where it broke; the author's is where it can be mended. */
function firstOf(frames: readonly Frame[]): Frame | undefined {
  return frames.find(({ place }) => !place.includes('node_modules/')) ?? frames[0];
}

/** The text of an error, without its frames. */
function headOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !ANY_FRAME.test(line))
    .join('\n');
}

function mapIn(source: string): TraceMap | null {
  const [, encoded] = SOURCE_MAP.exec(source) ?? [];
  if (encoded === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    return new TraceMap(new TextDecoder().decode(bytes));
  } catch {
    return null; // a stranger's map: places in the program are better than none
  }
}
