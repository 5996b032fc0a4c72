import { type Command, InvalidArgumentError, Option } from 'commander';
import { SpacetickError } from '../host/index.ts';

const OTHER_LANGUAGES = 'bindings are generated in TypeScript here. For other languages use spacetime generate.';
const NO_OWNERS = 'a database here belongs to whoever published it, and to nothing else. Leave it out.';
const NO_WASM =
  'WebAssembly modules do not run here; TypeScript does. Publish its source with --module-path, or use spacetime.';

/** Flags of `spacetime` that cannot be kept here: taken in silence they would mislead. Why, by command. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  start: {
    '--pg-port <port>': "PostgreSQL's protocol is not spoken here. Leave it out.",
  },
  publish: {
    '-b, --bin-path <file>': NO_WASM,
    '--build-options <options>': 'a module is bundled in one way only, there is nothing to set. Leave it out.',
    '--parent <database>': NO_OWNERS,
    '--organization <name>': NO_OWNERS,
  },
  login: {
    '--auth-host <url>': 'hosts here log nobody in by a page. Take a token from your issuer, and pass it with --token.',
  },
  dev: {
    '-t, --template <name>': 'a project is begun with spacetick init.',
  },
  generate: {
    '-b, --bin-path <file>': NO_WASM,
    '--namespace <name>': OTHER_LANGUAGES,
    '--uproject-dir <folder>': OTHER_LANGUAGES,
    '--unreal-module-name <name>': OTHER_LANGUAGES,
    '--module-prefix <prefix>': OTHER_LANGUAGES,
  },
};

/** Flags that every command takes, before its name or behind it. */
export function addGlobalFlags(program: Command): void {
  program
    .option('--root-dir <folder>', 'keep data and credentials below this folder')
    .option('--config-path <file>', 'keep servers in this file, credentials beside it')
    .option('--no-config', 'leave spacetime.json out');
}

/** Adds the flags that a command refuses with a reason. */
export function addRefusedFlags(command: Command): void {
  for (const [flags, reason] of Object.entries(REFUSED[command.name()] ?? {}))
    command.addOption(refused(flags, reason));
}

function refused(flags: string, reason: string): Option {
  const option = new Option(flags).hideHelp();
  return option.argParser(() => {
    throw new SpacetickError('E_USAGE', `${option.long}: ${reason}`);
  });
}

/** A flag's value: a whole number above zero. */
export function positive(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It is a whole number above zero.');
}

/** Only one edition of the host is here, the one that is not MainCloud's. */
export function editionFlag(): Option {
  return new Option('--edition <edition>').hideHelp().argParser((edition: string) => {
    if (edition === 'standalone') return edition;
    throw new SpacetickError('E_USAGE', `--edition: this is a standalone host, not ${edition}. Leave it out.`);
  });
}
