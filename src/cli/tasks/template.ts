import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import { templatesFolder } from '../package-folder.ts';

/** Projects that `init` can write, with what they are. The first is what most come for. */
export const TEMPLATES = {
  phaser: 'a game in Phaser: module, mirrored sprites, two tabs play at once',
  'basic-ts': 'a module, and a client in the console',
  'react-ts': 'a chat in React',
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** Folder of the module in every template. */
export const MODULE_FOLDER = 'spacetimedb';
/** Where the clients of the templates have their bindings. */
export const BINDINGS_FOLDER = 'src/module_bindings';

const NAME_IN_TEMPLATES = 'my-game'; // stands wherever the project's name goes

/** What is put into a template. */
export interface ProjectFacts {
  /** Name of package and database. */
  readonly name: string;
  /** What `package.json` says of spacetick: a version, a URL, `file:...`. */
  readonly spacetick: string;
  /** Only the module. */
  readonly serverOnly: boolean;
}

/** @throws SpacetickError E_USAGE for another name */
export function templateNamed(name: string): TemplateName {
  if (Object.hasOwn(TEMPLATES, name)) return name as TemplateName;
  throw new SpacetickError(
    'E_USAGE',
    `There is no template ${name}. There are: ${Object.keys(TEMPLATES).join(', ')} (spacetick init --list).`,
  );
}

/** The files of a project made from a template: text by path, in the order of their paths. */
export async function templateFiles(template: TemplateName, facts: ProjectFacts): Promise<Map<string, string>> {
  const folder = join(templatesFolder(), template);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !facts.serverOnly || path.startsWith(`${MODULE_FOLDER}/`))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
  return new Map(paths.map((path, i) => [path.replace(/_gitignore$/, '.gitignore'), filled(path, texts[i]!, facts)]));
}

function filled(path: string, text: string, { name, spacetick, serverOnly }: ProjectFacts): string {
  const named = text.replaceAll(NAME_IN_TEMPLATES, name);
  const isManifest = path === 'package.json' || (serverOnly && path === `${MODULE_FOLDER}/package.json`);
  if (!isManifest) return named;
  const manifest = JSON.parse(named) as { dependencies?: Record<string, string> };
  manifest.dependencies = { ...manifest.dependencies, spacetick };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Of these files, those that are there already. */
export function existingFiles(folder: string, paths: Iterable<string>): string[] {
  return [...paths].filter((path) => existsSync(resolve(folder, path)));
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    const file = resolve(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
