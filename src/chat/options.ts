import { parseArgs } from 'node:util';

export interface ChatOptions {
  readonly uri: string;
  readonly database: string;
  /** To be set once connected. */
  readonly name: string | undefined;
  /** Begin as somebody new. */
  readonly isNew: boolean;
}

/** Where `npm start` serves the game: its dev server is the host. */
const DEFAULT_URI = 'ws://127.0.0.1:5173';
const DEFAULT_DATABASE = 'comet-run';

export const USAGE = `npm run chat -- [--name Ann] [--uri ${DEFAULT_URI}] [--db ${DEFAULT_DATABASE}] [--new]

  --name  the name to go by, and which of this computer's players to be
  --uri   the host: of \`npm start\` unless told otherwise; of \`spacetick start\` it is ws://127.0.0.1:3000
  --db    the database, with the tables user and message: comet-run, quickstart-chat, ...
  --new   forget the saved player and begin as somebody new`;

const FLAGS = {
  name: { type: 'string', short: 'n' },
  uri: { type: 'string', short: 'u' },
  db: { type: 'string', short: 'd' },
  new: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns undefined when help is asked for. @throws Error for what it does not know */
export function readOptions(args: readonly string[]): ChatOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.help) return undefined;
  return {
    uri: values.uri ?? DEFAULT_URI,
    database: values.db ?? DEFAULT_DATABASE,
    name: values.name,
    isNew: values.new ?? false,
  };
}
