import { relative } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import type { AnswerOptions } from '../answers.ts';
import type { ModuleOptions } from '../tasks/read-module.ts';
import type { Terminal } from '../terminal.ts';
import { moduleOf, type Selection } from './flags.ts';
import { type GenerateTarget, isTypeScript } from './generate-target.ts';
import { wrong } from './json5.ts';
import type { ProjectOptions } from './project.ts';
import type { Target } from './target.ts';

/** What bindings are made of, and where they go. */
export interface GenerateOptions extends ModuleOptions, AnswerOptions, ProjectOptions {
  lang?: string;
  outDir?: string;
  includePrivate?: boolean;
  importPath?: string;
}

/** Options for each entry of the file, or for the one that flags describe; what is the same is made once. */
export function bindingsOf(selected: Selection, options: GenerateOptions, terminal: Terminal): GenerateOptions[] {
  const { project, targets } = selected;
  mustBeLanguages(targets);
  const entries = targets.flatMap((target) => target.generate.map((entry) => ({ target, entry })));
  const flag = options.lang === undefined ? '--out-dir' : '--lang';
  if ((options.lang ?? options.outDir) !== undefined && entries.length > 1) {
    throw new SpacetickError(
      'E_USAGE',
      `${flag} is of one entry of generate, and ${project.files[0]} has ${entries.length}. Leave it out, or pass --no-config.`,
    );
  }
  if (entries.length === 0) {
    const distinct = new Map(
      targets.map((target) => moduleOf(options, target, project)).map((module) => [keyOf(module), module]),
    );
    return [...distinct.values()].map((module) => ({ ...options, ...module }));
  }
  const ours = entries.filter(({ entry }) => isTypeScript(options.lang ?? entry.lang));
  if (ours.length > 0) sayLeftOut(targets, terminal);
  const [other] = entries;
  if (ours.length === 0 && options.lang === undefined && other !== undefined) throw others(other.entry);
  const wanted = (ours.length > 0 ? ours : entries).map(({ target, entry }) => ({
    ...options,
    ...moduleOf(options, target, project),
    lang: options.lang ?? entry.lang,
    outDir: options.outDir ?? outDirOf(entry),
    includePrivate: options.includePrivate ?? entry.includePrivate,
  }));
  return [...new Map(wanted.map((one) => [`${keyOf(one)} ${one.outDir}`, one])).values()];
}

function keyOf({ modulePath, jsPath }: ModuleOptions): string {
  return `${modulePath} ${jsPath}`;
}

function others({ at, lang }: GenerateTarget): SpacetickError {
  return wrong(
    at,
    `bindings in ${lang} are not generated here; typescript is. For other languages use spacetime generate.`,
  );
}

/** For what generates: other commands have no use for languages. @throws SpacetickError E_PROJECT */
export function mustBeLanguages(targets: readonly Target[]): void {
  for (const { refusal } of targets.flatMap(({ generate }) => generate)) if (refusal !== undefined) throw refusal;
}

/** Bindings in other languages are others' work. */
export function sayLeftOut(targets: readonly Target[], terminal: Terminal): void {
  for (const { at, lang } of targets.flatMap(({ generate }) => generate)) {
    if (isTypeScript(lang)) continue;
    terminal.err(`Warning: ${at}: bindings in ${lang} are left out; spacetime generate writes them.`);
  }
}

/** As it is typed from here. @throws SpacetickError E_PROJECT */
export function outDirOf({ at, outDir }: GenerateTarget): string {
  if (outDir === undefined)
    throw wrong(at, 'this entry of generate has no out-dir. Add "out-dir": "./src/module_bindings".');
  return relative(process.cwd(), outDir) || '.';
}
