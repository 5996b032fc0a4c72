import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commandLine, separateValues } from '../../src/cli/program.ts';
import { terminalOf } from '../../src/cli/terminal.ts';
import { pipes } from '../cli/streams.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEMPLATES = 'src/cli/templates';
const COMMAND = /^(?:npx |node bin\/)?(spacetick(?:\.mjs)?|spacetime) ([a-z].*?)(?: +#.*)?$/;
const LEFT_SPACETIME = ['publish', 'generate', 'build']; // commands of it that took --project-path in 1.x (api.md 6.2)

interface Line {
  readonly file: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** Command lines as people copy them: lines of code blocks, and what is quoted as code, with at least one argument. */
function commandLines(): Line[] {
  const files = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [join('docs', name)] : [])),
    ...readdirSync(join(ROOT, TEMPLATES)).map((name) => join(TEMPLATES, name, 'README.md')),
  ];
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const inBlocks = [...text.matchAll(/```(?:sh|bash)\n(.*?)```/gs)].flatMap(([, block]) => block!.split('\n'));
    const inLines = [...text.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
    return [...inBlocks, ...inLines].flatMap((line) => {
      const [, program, rest] = COMMAND.exec(line.trim().replaceAll(/\s+/g, ' ')) ?? [];
      const args = [...(rest ?? '').matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([arg]) => arg);
      return program === undefined || args.length < 2 ? [] : [{ file, program: program.replace('.mjs', ''), args }];
    });
  });
}

/** Why a command line of ours is refused before anything is done. */
async function refusal(args: readonly string[]): Promise<string | undefined> {
  const program = commandLine(terminalOf(pipes()));
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  if (args[0] === 'generate' && !args.includes('--out-dir')) return 'it does not say where the bindings go';
  return program.parseAsync(separateValues(args), { from: 'user' }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

it('[D8] command lines are taken as they are printed', async () => {
  const lines = commandLines();
  expect(new Set(lines.map(({ program }) => program))).toEqual(new Set(['spacetick', 'spacetime']));
  const wrong: string[] = [];
  for (const { file, program, args } of lines) {
    const isOld = LEFT_SPACETIME.includes(args[0]!) && args.includes('--project-path');
    const why = program === 'spacetick' ? await refusal(args) : isOld ? '--project-path is 1.x alone' : undefined;
    if (why !== undefined) wrong.push(`${file}: ${program} ${args.join(' ')}: ${why}`);
  }
  expect(lines.length).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
});
