import { BANNER, type GeneratedFile } from './file.ts';

/** How a folder of bindings differs from what its module gives. All paths as in `GeneratedFile`, sorted. */
export interface StaleFiles {
  /** Generated, not there. */
  readonly missing: string[];
  /** There with another text. */
  readonly changed: string[];
  /** There and ours, but not generated any more: to be deleted. */
  readonly leftover: string[];
}

/**
 * Compares a folder with freshly generated files.
 * @param existing text of the files in the folder, by path
 */
export function staleFiles(existing: ReadonlyMap<string, string>, generated: readonly GeneratedFile[]): StaleFiles {
  const missing: string[] = [];
  const changed: string[] = [];
  for (const { path, text } of generated) {
    const found = existing.get(path);
    if (found === undefined) missing.push(path);
    else if (unixLines(found) !== text) changed.push(path);
  }
  const wanted = new Set(generated.map(({ path }) => path));
  const leftover = [...existing].flatMap(([path, text]) => (!wanted.has(path) && isGenerated(text) ? [path] : []));
  return { missing: missing.sort(), changed: changed.sort(), leftover: leftover.sort() };
}

/** True for text that begins with the banner. */
export function isGenerated(text: string): boolean {
  return unixLines(text).startsWith(`${BANNER.join('\n')}\n`);
}

/** A checkout may have turned the line ends. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
