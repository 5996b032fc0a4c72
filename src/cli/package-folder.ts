import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package is, built or not: the nearest folder above this file with our manifest. */
function packageFolder(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (manifestOf(folder).name === 'spacetick') return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The package's version. */
export function version(): string {
  const folder = packageFolder();
  return (folder === undefined ? undefined : manifestOf(folder).version) ?? 'unknown';
}

/** Where the templates of `init` are: the package carries them as they are in its source. */
export function templatesFolder(): string {
  return join(packageFolder() ?? '.', 'src/cli/templates');
}

function manifestOf(folder: string): Record<string, string> {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}
