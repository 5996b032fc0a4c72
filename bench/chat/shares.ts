import { readFileSync } from 'node:fs';
import type { Profiler, Runtime } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

/** What a file of the source does for a call. The first that fits counts. */
const PARTS: readonly (readonly [pattern: RegExp, part: string])[] = [
  [/\/bench\//, "the module's reducer"],
  [/\/src\/host\/(query|query-sets|live)/, 'finding who is to be told'],
  [/\/src\/host\/(session|fanout|row-encoder|connection)/, 'encoding and telling'],
  [/\/src\/(wire|values)\//, 'encoding and telling'],
  [/\/src\/host\/node\//, 'turns and sockets of the host'],
  [/\/src\/host\//, 'transaction and tables'],
  [/\/ws\//, 'ws: WebSocket frames'],
  [/^node:/, "Node: the system's sockets, timers, streams"],
];

/** Where processor time went, in percent of what was not idle; the largest first. */
export function sharesOf(profile: Profiler.Profile): (readonly [string, number])[] {
  const parts = new Map<number, string>();
  for (const node of profile.nodes) parts.set(node.id, partOf(node.callFrame));
  const times = new Map<string, number>();
  let busy = 0;
  profile.samples!.forEach((id, i) => {
    const part = parts.get(id)!;
    if (part === 'idle') return;
    const micros = profile.timeDeltas![i]!;
    busy += micros;
    times.set(part, (times.get(part) ?? 0) + micros);
  });
  return [...times].map(([part, micros]) => [part, (100 * micros) / busy] as const).sort((a, b) => b[1] - a[1]);
}

const maps = new Map<string, TraceMap | undefined>();

function partOf({ functionName, url, lineNumber, columnNumber }: Runtime.CallFrame): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'the engine: calls into the system, compilation';
  const source = sourceOf(url, lineNumber + 1, columnNumber);
  return PARTS.find(([pattern]) => pattern.test(source))?.[1] ?? 'other';
}

function sourceOf(url: string, line: number, column: number): string {
  if (!url.startsWith('file:')) return url;
  if (!maps.has(url)) maps.set(url, mapOf(url));
  const map = maps.get(url);
  return (map && originalPositionFor(map, { line, column }).source) ?? url;
}

/** The source map that stands at the end of a bundle of this repository. */
function mapOf(url: string): TraceMap | undefined {
  const encoded = /\/\/# sourceMappingURL=data:[^,]*;base64,([\w+/=]+)\s*$/.exec(
    readFileSync(fileURLToPath(url), 'utf8'),
  );
  if (encoded === null) return undefined;
  return new TraceMap(JSON.parse(Buffer.from(encoded[1]!, 'base64').toString('utf8')) as never, url);
}
