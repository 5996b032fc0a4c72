import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Command, Option } from 'commander';
import { moduleFlags, optionsOf } from '../command-flags.ts';
import { bundleModule } from '../tasks/bundle.ts';
import { findEntry } from '../tasks/module-entry.ts';
import { checkTypes } from '../tasks/type-check.ts';
import { type Terminal, whileBusy } from '../terminal.ts';

interface BuildOptions {
  modulePath?: string;
}

export function buildCommand(terminal: Terminal): Command {
  const command = new Command('build')
    .description('Bundle a module, check its types, and see whether it loads')
    .option('-d, --debug', 'accepted; a bundle is the same either way')
    .addOption(new Option('--lint-dir <folder>').hideHelp())
    .action((_options, command: Command) => build(optionsOf(command), terminal));
  return moduleFlags(command);
}

/** Bundles a module into `dist/bundle.js` beside it, which `publish --js-path` takes. */
async function build({ modulePath }: BuildOptions, terminal: Terminal): Promise<void> {
  const { source, module } = await whileBusy(terminal, 'Bundling the module', () => bundleModule(modulePath));
  for (const warning of module.warnings) terminal.err(`Warning: ${warning}`);
  const entry = findEntry(modulePath);
  if (await whileBusy(terminal, 'Checking types', () => checkTypes(entry))) terminal.out('Checked types');
  const file = join(projectOf(entry), 'dist', 'bundle.js');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
  terminal.out(`Wrote ${relative(process.cwd(), file)}`);
  terminal.out('Build finished successfully.');
}

/** Folder of the module with this entry. */
function projectOf(entry: string): string {
  const folder = dirname(entry);
  return basename(folder) === 'src' ? dirname(folder) : folder;
}
