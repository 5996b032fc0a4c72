import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { checkName, SpacetickError } from '../../host/index.ts';
import { nearestName } from '../database-name.ts';
import type { BindingsFolder } from '../tasks/build-module.ts';
import { findEntry } from '../tasks/module-entry.ts';
import type { Terminal } from '../terminal.ts';
import { mustBeLanguages, outDirOf, sayLeftOut } from './bindings.ts';
import { moduleOf, type Selection } from './flags.ts';
import { isTypeScript } from './generate-target.ts';
import { wrong } from './json5.ts';
import { type MeantOptions, toTarget } from './meant.ts';
import { findProject, type Project } from './project.ts';

export interface DevOptions extends MeantOptions {
  modulePath?: string;
  projectPath?: string;
  moduleBindingsPath?: string;
  clientLang?: string;
  deleteData?: boolean;
  deleteDataWhen?: string;
  run?: string;
  serverOnly?: boolean;
  skipPublish?: boolean;
  skipGenerate?: boolean;
}

/** A database that is worked on. */
export interface Job {
  readonly name: string;
  /** Entry file of its module: an absolute path. */
  readonly entry: string;
  readonly bindings: readonly BindingsFolder[];
  readonly options: DevOptions;
  /** Whether a file that everybody shares names it. */
  readonly isShared: boolean;
}

/** What is worked on where no `spacetime.json` is. */
export function jobOutside(given: string | undefined, options: DevOptions): Job {
  const name = given ?? usualName();
  checkName(name);
  const bindings = hasNoBindings(options) ? [] : [{ path: bindingsPath(options) }];
  return { name, entry: findEntry(options.modulePath), bindings, options, isShared: false };
}

/** @throws SpacetickError E_USAGE, E_PROJECT */
export function jobsOf({ project, targets }: Selection, options: DevOptions, terminal: Terminal): Job[] {
  if (targets.length > 1 && options.moduleBindingsPath !== undefined) {
    throw new SpacetickError('E_USAGE', '--module-bindings-path is of one database, and here are several. Name one.');
  }
  const isAnywhere = targets.some(({ generate }) => generate.length > 0);
  if (!hasNoBindings(options)) {
    mustBeLanguages(targets);
    sayLeftOut(targets, terminal);
  }
  return targets.map((target) => {
    if (options.modulePath === undefined && target.jsPath !== undefined) {
      throw wrong(target.at, 'dev builds modules from their source. Name it with module-path in place of js-path.');
    }
    const { modulePath } = moduleOf(options, target, project);
    const entries = target.generate.filter(({ lang }) => isTypeScript(lang));
    // Where the file asks for none at all, they go where they go without it.
    const usual = isAnywhere || targets.length > 1 ? [] : [{ path: bindingsPath(options, project.folder) }];
    const asked = entries.map((entry) => ({ path: resolve(outDirOf(entry)), includePrivate: entry.includePrivate }));
    const flagged = options.moduleBindingsPath === undefined ? undefined : [{ path: bindingsPath(options) }];
    const wanted = flagged ?? (asked.length > 0 ? asked : usual);
    return {
      name: target.database,
      entry: findEntry(modulePath),
      bindings: hasNoBindings(options) ? [] : wanted,
      options: toTarget(options, target),
      isShared: project.isShared(target),
    };
  });
}

/** The project as `dev` would begin with it now. @throws SpacetickError E_PROJECT */
export function devProject(given: string | undefined, options: DevOptions, usualEnv: string): Project | undefined {
  const project = findProject(options, usualEnv);
  if (project !== undefined && !hasNoBindings(options)) mustBeLanguages(project.select(given));
  return project;
}

function hasNoBindings({ serverOnly, skipGenerate }: DevOptions): boolean {
  return Boolean(serverOnly || skipGenerate);
}

/** The name of the package, or of the folder, as a database may be called. */
function usualName(): string {
  const file = resolve('package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }) : {};
  return nearestName(manifest.name ?? basename(process.cwd()));
}

function bindingsPath({ moduleBindingsPath }: DevOptions, folder = process.cwd()): string {
  if (moduleBindingsPath !== undefined) return resolve(moduleBindingsPath);
  return resolve(folder, existsSync(resolve(folder, 'client/src')) ? 'client/src' : 'src', 'module_bindings');
}
