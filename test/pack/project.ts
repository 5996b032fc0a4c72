import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** `spacetick`, `spacetick/server`, ...: every path that a user can import. */
export function importPaths(): string[] {
  return Object.keys(manifestOf(ROOT).exports).map((path) => `spacetick${path.slice(1)}`);
}

export function version(): string {
  return manifestOf(ROOT).version;
}

/** Makes the package's tarball. @param folder that is there, and empty. @returns its absolute path */
export function packInto(folder: string): string {
  run('npm', ['pack', '--pack-destination', folder], ROOT);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
}

/** An empty project that has installed the tarball beside phaser, howler and react. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'spacetick-pack-'));
  readonly #hosts: ChildProcess[] = [];

  install(): void {
    const tarballs = join(this.folder, 'tarball');
    mkdirSync(tarballs);
    const tarball = packInto(tarballs);
    this.write('package.json', JSON.stringify({ name: 'a-game', private: true, type: 'module' }));
    const peers = ['phaser', 'howler', 'react'].map((name) => {
      return `${name}@${manifestOf(join(ROOT, 'node_modules', name)).version}`;
    });
    const options = ['--prefer-offline', '--no-audit', '--no-fund'];
    run('npm', ['install', ...options, tarball, ...peers], this.folder);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** What the compiler says of one file; empty when it is content. Declarations of the package are checked, too. */
  compile(file: string, options: Readonly<Record<string, unknown>>): string {
    const config = {
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: [],
        ...options,
      },
      files: [file],
    };
    this.write('tsconfig.json', JSON.stringify(config));
    const ran = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (ran.status !== 0 && !/error TS\d+/.test(ran.stdout)) {
      throw new Error(`The compiler did not run (exit code ${ran.status}): ${ran.stdout}${ran.stderr}`);
    }
    // The declarations of others are theirs.
    const lines = ran.stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
    return lines.filter((line) => !/^(node_modules\/(?!spacetick\/)|\.\.)/.test(line)).join('\n');
  }

  run(command: string, ...args: string[]): string {
    return run(command, args, this.folder);
  }

  /** Starts a host by the installed command; resolves to its address. */
  async start(...args: string[]): Promise<string> {
    const bin = join(this.folder, 'node_modules/spacetick/bin/spacetick.mjs');
    const child = spawn(process.execPath, [bin, 'start', ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#hosts.push(child);
    let said = '';
    return new Promise((resolve, reject) => {
      const hear = (data: unknown): void => {
        said += String(data);
        const url = /^spacetick host listening on (\S+)$/m.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('close', (code) => reject(new Error(`spacetick start ended with ${code}: ${said}`)));
    });
  }

  remove(): void {
    for (const host of this.#hosts) host.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Output of a command that must succeed. */
function run(command: string, args: readonly string[], cwd: string): string {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}
