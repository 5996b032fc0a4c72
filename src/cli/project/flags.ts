import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import type { RemoteOptions } from '../remote.ts';
import { findEntry } from '../tasks/module-entry.ts';
import type { ModuleOptions } from '../tasks/read-module.ts';
import type { Terminal } from '../terminal.ts';
import { placed } from './json5.ts';
import { toTarget } from './meant.ts';
import { findProject, type Project, type ProjectOptions } from './project.ts';
import type { Target } from './target.ts';

/** Databases of a project, for a command that builds their modules. */
export interface Selection {
  readonly project: Project;
  readonly targets: readonly Target[];
}

/**
 * The databases of the project that a command is about, said; undefined outside of a project.
 * @param name of one, or a pattern
 * @throws SpacetickError E_PROJECT for what cannot be done here, before anything is done; E_USAGE
 */
export function selection(
  name: string | undefined,
  options: ProjectOptions & ModuleOptions,
  terminal: Terminal,
  usualEnv?: string,
): Selection | undefined {
  const project = findProject(options, usualEnv);
  if (project === undefined) return undefined;
  const targets = project.select(name);
  terminal.err(`Using ${project.files.join(', ')}`);
  for (const warning of project.warnings) terminal.err(`Warning: ${warning}`);
  for (const { refusal } of targets) if (refusal !== undefined) throw refusal;
  const flag = options.modulePath === undefined ? '--js-path' : '--module-path';
  if (targets.length > 1 && (options.modulePath ?? options.jsPath) !== undefined) {
    const names = targets.map(({ database }) => database).join(', ');
    throw new SpacetickError(
      'E_USAGE',
      `${flag} is of one database, and here are several: ${names}. Name one of them.`,
    );
  }
  return { project, targets };
}

/**
 * The module of a database: of the flags, of the project's file, else where projects keep it.
 * @throws SpacetickError E_MODULE_NOT_FOUND
 */
export function moduleOf({ modulePath, jsPath }: ModuleOptions, target: Target, { folder }: Project): ModuleOptions {
  if ((modulePath ?? jsPath) !== undefined) return { modulePath, jsPath };
  if (target.jsPath !== undefined) return { jsPath: existing(target.jsPath, target.sourceAt) };
  if (target.modulePath === undefined) return { modulePath: findEntry(undefined, folder) };
  return { modulePath: placed(target.sourceAt, () => findEntry(target.modulePath)) };
}

function existing(file: string, at: string): string {
  if (existsSync(file)) return file;
  throw new SpacetickError('E_MODULE_NOT_FOUND', `${at}: there is no file ${relative(process.cwd(), file)}.`);
}

/** A command's options for one database. Flags count more than the file. */
export function optionsFor<O extends RemoteOptions & ModuleOptions & { breakClients?: boolean }>(
  options: O,
  target: Target,
  project: Project,
): O {
  const breakClients = options.breakClients ?? target.breakClients;
  return {
    ...toTarget(options, target),
    modulePath: undefined,
    jsPath: undefined,
    ...moduleOf(options, target, project),
    breakClients,
  };
}
