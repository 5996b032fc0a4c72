import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import { Fields } from './fields.ts';
import { parseJson5, wrong } from './json5.ts';
import { devCommandOf, type Target, targetsOf, unknownFields } from './target.ts';

/** Which of a project's files count. */
export interface ProjectOptions {
  /** False with `--no-config`. */
  config?: boolean;
  /** Of `--env`. */
  env?: string;
}

const FILE = 'spacetime.json';

/** What the files of a project say: `spacetime.json`, and those that say it otherwise for some. */
export class Project {
  /** Where `spacetime.json` is; its paths start there. */
  readonly folder: string;
  /** The files that were read, as they are typed from here; the later ones count more. */
  readonly files: readonly string[];
  /** All databases: the root, then its children. */
  readonly targets: readonly Target[];
  /** What `dev` runs beside the module. */
  readonly run: string | undefined;
  /** Fields that nobody knows, and those that are there twice: a line for each. */
  readonly warnings: readonly string[];

  /** @throws SpacetickError E_PROJECT */
  constructor(folder: string, files: readonly string[]) {
    this.folder = folder;
    this.files = files;
    const warnings: string[] = [];
    try {
      const layers = files.map((file) => new Fields(parseJson5(readFileSync(file, 'utf8'), file, warnings)));
      const fields = layers.reduce((lower, upper) => upper.inheriting(lower, () => true));
      warnings.push(...unknownFields(fields));
      if (!fields.has('database')) {
        throw wrong(
          layers[0]!.at,
          `there is no field database, nor in a file beside it. Add the name of the database: "database": "my-game".`,
        );
      }
      this.run = devCommandOf(fields);
      this.targets = targetsOf(fields, folder);
    } catch (error) {
      if (!(error instanceof SpacetickError)) throw error;
      // What nobody knows may be what is missing.
      throw new SpacetickError(error.code, [error.message, ...warnings].join('\n'), { cause: error });
    }
    this.warnings = warnings;
  }

  /**
   * The databases that a name means: `*` stands for any characters; no name means all.
   * @throws SpacetickError E_PROJECT when there is none
   */
  select(name: string | undefined): readonly Target[] {
    if (name === undefined) return this.targets;
    const found = this.targets.filter(({ database }) => isMatch(database, name));
    if (found.length > 0) return found;
    throw new SpacetickError(
      'E_PROJECT',
      `No database '${name}' found in ${this.files.join(', ')}, which has ${this.#names()}. Use --no-config to ignore the file.`,
    );
  }

  /** @throws SpacetickError E_USAGE where there are several */
  only(): Target {
    if (this.targets.length === 1) return this.targets[0]!;
    throw new SpacetickError('E_USAGE', `Say which database: ${this.files[0]} has ${this.#names()}.`);
  }

  /** The server of all its databases, where that is one. */
  get server(): string | undefined {
    const servers = new Set(this.targets.map(({ server }) => server));
    return servers.size === 1 ? this.targets[0]!.server : undefined;
  }

  /** Whether the file that everybody shares names this database; else it is one's own, or of an environment. */
  isShared({ at }: Target): boolean {
    return at.startsWith(`${this.files[0]}:`);
  }

  #names(): string {
    return this.targets.map(({ database }) => database).join(', ');
  }
}

/**
 * The project of the folder one is in: of the nearest `spacetime.json` from here upwards.
 * @param usualEnv the environment when none is given; nothing of it needs to be there
 * @throws SpacetickError E_PROJECT; E_USAGE for an environment that is not there
 */
export function findProject({ config, env }: ProjectOptions, usualEnv?: string): Project | undefined {
  const folder = config === false ? undefined : folderOf(process.cwd());
  if (folder === undefined) {
    if (env === undefined) return undefined;
    const why = config === false ? '--no-config leaves it out' : `there is none from ${process.cwd()} upwards`;
    throw new SpacetickError('E_USAGE', `--env ${env} is a variant of ${FILE}, and ${why}.`);
  }
  const at = (file: string) => relative(process.cwd(), join(folder, file));
  const own = [env ?? usualEnv].flatMap((name) => (name === undefined ? [] : variants(name)));
  if (env !== undefined && !own.some((file) => existsSync(at(file)))) {
    throw new SpacetickError('E_USAGE', `--env ${env}: beside ${at(FILE)} there is neither ${own.join(' nor ')}.`);
  }
  const files = [FILE, 'spacetime.local.json', ...own].map(at).filter((file) => existsSync(file));
  return new Project(folder, files);
}

/** @throws SpacetickError E_USAGE for what is no name of a file */
function variants(env: string): string[] {
  if (/^[\w-]+$/.test(env)) return [`spacetime.${env}.json`, `spacetime.${env}.local.json`];
  throw new SpacetickError('E_USAGE', `--env ${env}: letters, digits, - and _ only, as in spacetime.staging.json.`);
}

function folderOf(from: string): string | undefined {
  if (existsSync(join(from, FILE))) return from;
  const above = dirname(resolve(from));
  return above === from ? undefined : folderOf(above);
}

function isMatch(database: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(database);
}
