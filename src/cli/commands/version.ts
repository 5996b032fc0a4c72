import { Command } from 'commander';
import { SpacetickError } from '../../host/index.ts';
import { version } from '../package-folder.ts';
import type { Terminal } from '../terminal.ts';

const BY_NPM = 'versions are installed by npm, one for each project.';

/** What `spacetime version` does for its own versions (`api.md` 6.2); ours come and go with npm. */
const REFUSED: Readonly<Record<string, string>> = {
  upgrade: `${BY_NPM} Get the newest with: npm install spacetick@latest`,
  install: `${BY_NPM} Install one with: npm install spacetick@<version>`,
  use: `${BY_NPM} Use another with: npm install spacetick@<version>`,
  uninstall: `${BY_NPM} Remove it with: npm uninstall spacetick`,
};

export function versionCommand(terminal: Terminal): Command {
  return new Command('version')
    .description('Print the version')
    .argument('[action]', 'list: those installed here; upgrade, install, use, uninstall: how npm does it')
    .argument('[version]', 'accepted')
    .action((action: string | undefined) => printVersion(action, terminal));
}

/** Prints the version, or the list of those installed. @throws SpacetickError E_USAGE for what is npm's */
function printVersion(action: string | undefined, terminal: Terminal): void {
  if (action === undefined || action === 'list') {
    terminal.out(action === undefined ? version() : `${version()} (current)`);
    return;
  }
  const reason = REFUSED[action] ?? `there is version, version list and version ${Object.keys(REFUSED).join(', ')}.`;
  throw new SpacetickError('E_USAGE', `version ${action}: ${reason}`);
}
