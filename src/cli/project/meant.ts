import { SpacetickError } from '../../host/index.ts';
import type { RemoteOptions } from '../remote.ts';
import { findProject, type Project, type ProjectOptions } from './project.ts';
import type { Target } from './target.ts';

/** Options of a command that asks about a database which is there already. */
export type MeantOptions = RemoteOptions & ProjectOptions;

/** A database, and the options that lead to it. */
export interface Meant<O> {
  readonly database: string;
  readonly options: O;
}

/**
 * The database that a command is about: as given, else that of the project. Its server and whether one is anonymous
 * there are the project's, where no flag says otherwise.
 * @throws SpacetickError E_USAGE where nothing says which; E_PROJECT
 */
export function meantDatabase<O extends MeantOptions>(
  given: string | undefined,
  options: O,
  project: Project | undefined = findProject(options),
): Meant<O> {
  const known = project?.targets.find(({ database }) => database === given);
  if (given !== undefined)
    return { database: given, options: known === undefined ? options : toTarget(options, known) };
  if (project === undefined) {
    throw new SpacetickError(
      'E_USAGE',
      'Say which database, by its name or identity; or run this where a spacetime.json names one.',
    );
  }
  const target = project.only();
  return { database: target.database, options: toTarget(options, target) };
}

/** The server that all databases of the project are on, where no flag says another. */
export function onProjectServer<O extends MeantOptions>(options: O): O {
  if (options.server !== undefined) return options;
  const project = findProject(options);
  return { ...options, server: project?.server, serverAt: project?.server && project.targets[0]?.serverAt };
}

/** Flags count more than the file. */
export function toTarget<O extends RemoteOptions>(options: O, target: Target): O {
  const named =
    options.server === undefined ? { server: target.server, serverAt: target.server && target.serverAt } : {};
  return { ...options, ...named, anonymous: options.anonymous ?? target.anonymous };
}
