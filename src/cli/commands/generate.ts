import { join } from 'node:path';
import { Command } from 'commander';
import { generateBindings, privateTables } from '../../codegen/index.ts';
import { SpacetickError } from '../../host/index.ts';
import { Answers } from '../answers.ts';
import { envFlag, moduleFlags, optionsOf, yesFlags } from '../command-flags.ts';
import { bindingsOf, type GenerateOptions } from '../project/bindings.ts';
import { selection } from '../project/flags.ts';
import { isTypeScript } from '../project/generate-target.ts';
import { compareBindings, deleteLeftover, writeBindings } from '../tasks/bindings.ts';
import { readModule } from '../tasks/read-module.ts';
import { type Terminal, whileBusy } from '../terminal.ts';

export function generateCommand(terminal: Terminal): Command {
  const command = new Command('generate')
    .description("Generate a module's bindings")
    .argument('[name]', 'only for these databases of spacetime.json')
    .option('-l, --lang <language>', 'typescript')
    .option('-o, --out-dir <folder>', 'where the bindings go')
    .option('-j, --js-path <file>', 'the module, bundled already')
    .option('--include-private', 'private tables too')
    .option('--import-path <package>', 'what the bindings import (default spacetick)')
    .action((name, _options, command: Command) => generateAll(name, optionsOf(command), terminal));
  return envFlag(yesFlags(moduleFlags(command)));
}

/** Writes the bindings that the project's file asks for; outside of a project those of the flags. */
async function generateAll(name: string | undefined, options: GenerateOptions, terminal: Terminal): Promise<void> {
  const selected = selection(name, options, terminal);
  if (selected === undefined) return generate(options, terminal);
  for (const one of bindingsOf(selected, options, terminal)) await generate(one, terminal);
}

/** @throws SpacetickError E_USAGE for another language than TypeScript */
export function checkBindingsLanguage(lang = 'typescript'): void {
  if (isTypeScript(lang)) return;
  throw new SpacetickError(
    'E_USAGE',
    `Bindings in ${lang} are not generated here; typescript is. For other languages use spacetime generate.`,
  );
}

/** Writes the bindings of a module (`api.md` 4). */
async function generate(options: GenerateOptions, terminal: Terminal): Promise<void> {
  const answers = new Answers(options);
  checkBindingsLanguage(options.lang);
  if (options.outDir === undefined) {
    throw new SpacetickError(
      'E_USAGE',
      'Say where the bindings go: --out-dir src/module_bindings, or generate in spacetime.json',
    );
  }
  const { module } = await whileBusy(terminal, 'Bundling the module', () => readModule(options));
  const includePrivate = options.includePrivate ?? false;
  const importPath = options.importPath ?? 'spacetick';
  const files = generateBindings(module, { includePrivate, importPath });
  const hidden = privateTables(module);
  if (!includePrivate && hidden.length > 0)
    terminal.out(`Skipping private tables during codegen: ${hidden.join(', ')}.`);
  const { leftover } = await compareBindings(options.outDir, files);
  for (const path of await writeBindings(options.outDir, files))
    terminal.out(`Writing file ${join(options.outDir, path)}`);
  await dropLeftover(options.outDir, leftover, answers.isYes('all'), terminal);
  terminal.out('Generate finished successfully.');
}

async function dropLeftover(
  directory: string,
  leftover: readonly string[],
  isAnswered: boolean,
  terminal: Terminal,
): Promise<void> {
  if (leftover.length === 0) return;
  terminal.out('These files were generated before and are not any more:');
  for (const path of leftover) terminal.out(`  ${join(directory, path)}`);
  if (isAnswered || (await terminal.confirm('Delete them?'))) await deleteLeftover(directory, leftover);
  else terminal.err('They stay. Pass --yes to have them deleted.');
}
