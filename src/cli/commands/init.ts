import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { checkName, SpacetickError } from '../../host/index.ts';
import { type AnswerOptions, Answers } from '../answers.ts';
import { yesFlags } from '../command-flags.ts';
import { nearestName } from '../database-name.ts';
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

export function initCommand(terminal: Terminal): Command {
  const command = new Command('init')
    .description('Write a new project: a module, a client, and what runs them')
    .argument('[name]', "the project's name, and its database's")
    .option('-t, --template <name>', 'what to begin with; --list says what there is')
    .option('--list', 'list the templates')
    .option('-l, --lang <language>', 'typescript')
    .option('--project-path <folder>', 'where to put it (default ./<name>)')
    .option('--server-only', 'only the module')
    .option('--install', 'install its packages, too')
    .option('--spacetick <package>', 'version, URL or tarball of spacetick for its package.json')
    .option('--non-interactive', 'ask nothing')
    .addOption(new Option('--local').hideHelp())
    .action((name, _options, command: Command) => init(name, command.optsWithGlobals(), terminal));
  return yesFlags(command);
}

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
  mustBeName(project);
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
  if (!serverOnly)
    await (await buildModule(join(folder, MODULE_FOLDER), [{ path: join(folder, BINDINGS_FOLDER) }])).putBindings();
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

/** @throws SpacetickError E_DATABASE_NAME that proposes a name */
function mustBeName(name: string): void {
  try {
    checkName(name);
  } catch (error) {
    const near = nearestName(name) || 'my-game';
    const text = `${(error as Error).message} The project's database has the project's name: try ${near}.`;
    throw new SpacetickError('E_DATABASE_NAME', text, { cause: error });
  }
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
