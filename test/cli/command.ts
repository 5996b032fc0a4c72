import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = join(ROOT, 'bin/spacetick.mjs');

export interface Ran {
  readonly code: number | null;
  readonly out: string[];
  /** Without the error's code. */
  readonly err: string[];
  readonly errorCode: string | undefined;
}

/** An error's code: behind its line, below several. */
const CODE = /(?: |^)\[(E_[A-Z_]+)\]$/;

/** What a command said on stderr, its error's code apart. */
function errorIn(said: string): Pick<Ran, 'err' | 'errorCode'> {
  const all = lines(said);
  const [, errorCode] = CODE.exec(all.at(-1) ?? '') ?? [];
  return { errorCode, err: all.map((line) => line.replace(CODE, '')).filter((line) => line !== '') };
}

/** A module's first lines, in either dialect's words. */
export const HEAD = "import { schema, table, t } from 'spacetick/server';\n";

/** Source of a module with one public table; `more` follows it. */
export function orbs(more = '', columns = 'id: t.u32().primaryKey(), kind: t.u8()'): string {
  return (
    `${HEAD}const spacetimedb = schema({ orb: table({ name: 'orb', public: true }, { ${columns} }) });\n` +
    `export default spacetimedb;\n${more}`
  );
}

/** A folder with a home of its own, from which the command line is run as its users run it. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'spacetick-cli-'));
  readonly #children = new Set<ChildProcess>();

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Paths of all files below a folder of the desk. */
  files(path: string): string[] {
    const entries = readdirSync(join(this.folder, path), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return files.map((file) => file.slice(join(this.folder, path).length + 1)).sort();
  }

  run(...args: string[]): Promise<Ran> {
    return this.ask('', ...args);
  }

  /** Runs in a folder of the desk. */
  within(folder: string, ...args: string[]): Promise<Ran> {
    return this.#ask('', args, folder);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** Runs with something to read. */
  ask(input: string, ...args: string[]): Promise<Ran> {
    return this.#ask(input, args);
  }

  #ask(input: string, args: readonly string[], folder = '.'): Promise<Ran> {
    const child = this.#spawn(args, folder);
    child.stdin!.end(input);
    const said = listen(child);
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, out: lines(said.out), ...errorIn(said.err) }));
    });
  }

  /** Runs what goes on until it is stopped. */
  follow(...args: string[]): Running {
    return this.followIn('.', ...args);
  }

  /** Likewise, in a folder of the desk. */
  followIn(folder: string, ...args: string[]): Running {
    const child = this.#spawn(args, folder);
    const said = listen(child);
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    return {
      ended,
      out: () => lines(said.out),
      err: () => errorIn(said.err).err,
      stop: (signal = 'SIGINT') => {
        child.kill(signal);
        return ended;
      },
    };
  }

  /** Starts a host; resolves when it listens. */
  async start(...args: string[]): Promise<HostProcess> {
    const child = this.#spawn(['start', ...args]);
    const said = listen(child);
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout!.on('data', () => {
        const found = /^spacetick host listening on (\S+)$/m.exec(said.out);
        if (found !== null && said.out.includes('Rows live in memory')) resolve(found[1]!);
      });
      void ended.then((code) => reject(new Error(`ended with ${code}: ${said.out}${said.err}`)));
    });
    return {
      url,
      out: () => lines(said.out),
      err: () => errorIn(said.err).err,
      stop: (signal = 'SIGINT') => {
        child.kill(signal);
        return ended;
      },
    };
  }

  clear(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(args: readonly string[], folder = '.'): ChildProcess {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: join(this.folder, folder),
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        XDG_DATA_HOME: join(this.folder, 'data'),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.on('close', () => this.#children.delete(child));
    return child;
  }
}

export interface Running {
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  out(): string[];
  err(): string[];
  /** Ends it and waits. @returns exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface HostProcess {
  readonly url: string;
  out(): string[];
  err(): string[];
  /** Ends it and waits. @returns exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

function listen(child: ChildProcess): { out: string; err: string } {
  const said = { out: '', err: '' };
  child.stdout!.on('data', (data) => {
    said.out += data;
  });
  child.stderr!.on('data', (data) => {
    said.err += data;
  });
  return said;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
