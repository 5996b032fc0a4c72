import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'rolldown/utils';
import type { GeneratedFile } from '../../src/codegen/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLIENT = join(ROOT, 'src/client/index.ts');

/** Stricter than what a template gives a new project. */
const COMPILER_OPTIONS = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  customConditions: ['spacetick-source'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  noEmit: true,
};

/** A folder outside the repository with files in it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'spacetick-codegen-'));

  write(files: readonly GeneratedFile[], under = '.'): void {
    for (const { path, text } of files) {
      const file = join(this.folder, under, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /**
   * What the compiler says of the files here; empty when it is content. `spacetick` is this repository's client, which
   * is checked as part of its own project, by other rules.
   */
  compile(): string {
    const config = {
      compilerOptions: { ...COMPILER_OPTIONS, paths: { spacetick: [CLIENT] }, allowImportingTsExtensions: true },
      include: [`${this.folder}/**/*.ts`],
    };
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(config));
    try {
      execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', this.folder], {
        cwd: this.folder,
      });
      return '';
    } catch (error) {
      const said = String((error as { stdout?: unknown }).stdout);
      if (!/error TS\d+/.test(said)) throw error; // the compiler did not run
      const lines = said.split('\n');
      return lines.filter((line) => line !== '' && !line.startsWith('..')).join('\n');
    }
  }

  /**
   * Runs a generated file by itself.
   * @param given what it imports from `spacetick`, as these tests have it: a copy would be of other classes
   */
  async load(path: string, text: string, given: object = {}): Promise<Record<string, unknown>> {
    const file = join(this.folder, path.replace(/\.ts$/, '.mjs'));
    Object.assign(globalThis, { spacetick: given });
    const { code } = transformSync(path, text);
    const imports = /import \{(.*?)\} from "spacetick";/s;
    writeFileSync(
      file,
      code.replace(imports, (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = globalThis.spacetick;`),
    );
    return import(/* @vite-ignore */ pathToFileURL(file).href);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
