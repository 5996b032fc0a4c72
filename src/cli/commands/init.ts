import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { SpacetickError } from '../../host/index.ts';
import { type AnswerOptions, Answers } from '../answers.ts';
import { version } from '../package-folder.ts';
import { buildModule } from '../tasks/build-module.ts';
import { installPackages } from '../tasks/install.ts';
import {
  BINDINGS_FOLDER,
  existingFiles,
  MODULE_FOLDER,
  TEMPLATES,
  type TemplateName,
  templateFiles,
  templateNamed,
  writeFiles,
} from '../tasks/template.ts';
import { mustConfirm, type Terminal, whileBusy } from '../terminal.ts';

export interface InitOptions extends AnswerOptions {
  template?: string;
  lang?: string;
  list?: boolean;
  projectPath?: string;
  serverOnly?: boolean;
  nonInteractive?: boolean;
  spacetick?: string;
  install?: boolean;
}

/** What a database may be called (`api.md` 6.2), for that is what the project's module is published as. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Writes a project: module, client, and what runs them. */
export async function init(name: string | undefined, options: InitOptions, terminal: Terminal): Promise<void> {
  if (options.list) {
    for (const [template, what] of Object.entries(TEMPLATES)) terminal.out(`${template.padEnd(10)} ${what}`);
    return;
  }
  checkLanguage(options.lang);
  const answers = new Answers(options);
  /** @param wanted what to pass when there is nobody to ask */
  const ask = async (question: string, preset: string, wanted: string): Promise<string> => {
    if (answers.isYes('all')) return preset;
    const answer = options.nonInteractive ? undefined : await terminal.ask(question, preset);
    if (answer !== undefined) return answer;
    throw new SpacetickError('E_USAGE', `${wanted} There is nobody to ask here.`);
  };
  const project =
    name ??
    (options.projectPath === undefined
      ? await ask('Name of the project', 'my-game', 'Say what the project is called: spacetick init my-game.')
      : basename(resolve(options.projectPath)));
  checkName(project);
  const template = await chooseTemplate(options, ask);
  const path = options.projectPath ?? (await choosePath(project, options, answers, terminal));
  const folder = resolve(path);

  const serverOnly = options.serverOnly ?? false;
  const spacetick = packageSpec(options.spacetick, serverOnly ? join(folder, MODULE_FOLDER) : folder);
  const files = await templateFiles(template, { name: project, spacetick, serverOnly });
  const taken = existingFiles(folder, files.keys());
  if (taken.length > 0) {
    const question = `In ${path} there are already ${taken.join(', ')}. Overwrite them?`;
    await mustConfirm(terminal, question, answers.isYes('all'));
  }
  await writeFiles(folder, files);
  if (!serverOnly) await (await buildModule(join(folder, MODULE_FOLDER), join(folder, BINDINGS_FOLDER))).putBindings();
  terminal.out(`Created ${project} from the template ${template}: ${files.size} files in ${path}`);

  if (options.install) await whileBusy(terminal, 'Installing packages', () => installPackages(packageAt()));
  terminal.out('Next:');
  if (folder !== process.cwd()) terminal.out(`  cd ${path}`);
  for (const step of nextSteps(project, serverOnly, options.install ?? false)) terminal.out(`  ${step}`);

  function packageAt(): string {
    return serverOnly ? join(folder, MODULE_FOLDER) : folder;
  }
}

function nextSteps(project: string, serverOnly: boolean, isInstalled: boolean): string[] {
  if (!serverOnly) return [...(isInstalled ? [] : ['npm install']), 'npm run dev'];
  return ['spacetick start', `spacetick publish --server local ${project}`];
}

/** @throws SpacetickError E_USAGE */
function checkLanguage(lang: string | undefined): void {
  if (lang === undefined || lang === 'typescript' || lang === 'ts') return;
  throw new SpacetickError(
    'E_USAGE',
    `--lang ${lang}: modules here are written in typescript. For other languages use spacetime init.`,
  );
}

/** @throws SpacetickError E_USAGE that proposes a name */
function checkName(name: string): void {
  if (NAME.test(name)) return;
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  throw new SpacetickError(
    'E_USAGE',
    `A project cannot be called ${name}, for its database has the same name: lowercase letters, digits, single dashes, ` +
      `like ${near || 'my-game'}.`,
  );
}

type Ask = (question: string, preset: string, wanted: string) => Promise<string>;

/** A language without a template means a module and a plain client, as in 1.x. */
async function chooseTemplate({ template, lang, serverOnly }: InitOptions, ask: Ask): Promise<TemplateName> {
  if (template !== undefined) return templateNamed(template);
  if (lang !== undefined || serverOnly) return 'basic-ts';
  const names = Object.keys(TEMPLATES);
  return templateNamed(
    await ask(`Template: ${names.join(', ')}`, names[0]!, `Say which template: --template ${names.join(' or ')}.`),
  );
}

/** `./name`, unless somebody is there who wants it elsewhere. */
async function choosePath(name: string, options: InitOptions, answers: Answers, terminal: Terminal): Promise<string> {
  const preset = `./${name}`;
  if (answers.isYes('all') || options.nonInteractive) return preset;
  return (await terminal.ask('Where to put it', preset)) ?? preset;
}

/** What `package.json` says: a tarball by its path from there. @throws SpacetickError E_USAGE where there is none */
function packageSpec(spec: string | undefined, folder: string): string {
  if (spec === undefined) return `^${version()}`;
  const file = resolve(spec.replace(/^file:/, ''));
  if (existsSync(file)) return `file:${relative(folder, file).replaceAll('\\', '/')}`;
  if (!/^(file:|[./])|\.tgz$/.test(spec) || /^https?:/.test(spec)) return spec;
  throw new SpacetickError('E_USAGE', `--spacetick ${spec}: there is no such file. npm pack makes one.`);
}
