import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'rolldown/utils';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Whose rules the tests below a folder, or in a file, may prove; the longest path counts. Ids are unique in a SPEC only. */
const PROVES: Readonly<Record<string, readonly string[]>> = {
  'test/bench': ['bench'],
  'test/browser': ['src/phaser', 'src/client', 'src/host', 'src/values', 'scripts'],
  'test/browser/comet-run.test.ts': ['src/game'],
  'test/browser/hmr.test.ts': ['src/game'],
  'test/browser/react.test.ts': ['src/react'],
  'test/browser/static-page.test.ts': ['src/game'],
  'test/browser/vite-overlay.test.ts': ['src/vite'],
  'test/chat': ['src/chat'],
  'test/check': ['scripts'],
  'test/cli': ['src/cli'],
  'test/client': ['src/client'],
  'test/codegen': ['src/codegen'],
  'test/docs': ['docs', 'src/client', 'src/host/node'],
  'test/e2e': ['src/cli', 'src/chat', 'src/react', 'scripts'],
  'test/fuzz': ['src/host/node', 'src/client', 'src/wire'],
  'test/game': ['src/game'],
  'test/host': ['src/host', 'src/module'],
  'test/host/node': ['src/host/node'],
  'test/interop': ['src/host/node'],
  'test/interop/modules.test.ts': ['src/module'],
  'test/interop/bindings.test.ts': ['src/client'],
  'test/module': ['src/module'],
  'test/pack': ['scripts'],
  'test/phaser': ['src/phaser'],
  'test/react': ['src/react'],
  'test/readme.test.ts': ['docs'],
  'test/schema': ['src/schema'],
  'test/values': ['src/values'],
  'test/vite': ['src/vite'],
  'test/wire': ['src/wire'],
};

interface Title {
  /** `test/client/tick.test.ts:12` */
  readonly place: string;
  readonly ids: readonly string[];
  readonly specs: readonly string[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);
}

/** Rule ids by the folder of the SPEC. */
function rules(): Map<string, string[]> {
  const specs = ['src', 'bench', 'docs', 'scripts'].flatMap(filesUnder).filter((file) => file.endsWith('SPEC.md'));
  return new Map(
    specs.map((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [dirname(file), [...text.matchAll(/^- \*\*([A-Z]+\d+)\*\* /gm)].map(([, id]) => id!)];
    }),
  );
}

function titles(): Title[] {
  return filesUnder('test')
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const specs = specsOf(file);
      return titlesIn(file, text).map(({ title, start }) => {
        const place = `${file}:${text.slice(0, start).split('\n').length}`;
        const [head = ''] = /^(\[[A-Z]+\d+\] ?)*/.exec(title) ?? [];
        return { place, ids: [...head.matchAll(/[A-Z]+\d+/g)].map(([id]) => id), specs };
      });
    });
}

function specsOf(file: string): readonly string[] {
  const paths = Object.keys(PROVES).filter((path) => file === path || file.startsWith(`${path}/`));
  return PROVES[paths.sort((a, b) => b.length - a.length)[0] ?? ''] ?? [];
}

/** First arguments of `it(...)`, `it.each(...)(...)` and their like; of templates what stands before the first value. */
function titlesIn(file: string, text: string): { title: string; start: number }[] {
  const found: { title: string; start: number }[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [first], start }) {
      const called =
        callee.type === 'CallExpression' && callee.callee.type === 'MemberExpression' ? callee.callee : callee;
      const base = called.type === 'MemberExpression' ? called.object : called;
      if (base.type !== 'Identifier' || (base.name !== 'it' && base.name !== 'test')) return;
      if (first?.type === 'Literal' && typeof first.value === 'string') found.push({ title: first.value, start });
      if (first?.type === 'TemplateLiteral') found.push({ title: first.quasis[0]?.value.cooked ?? '', start });
    },
  }).visit(parseSync(file, text).program);
  return found;
}

it('[D5] every test title begins with rules that a SPEC of its room has', () => {
  const known = rules();
  const wrong = titles().filter(({ ids, specs }) => {
    return ids.length === 0 || !ids.every((id) => specs.some((spec) => known.get(spec)?.includes(id)));
  });
  expect(wrong.map(({ place, ids }) => `${place}: ${ids.join(', ') || 'no rule'}`)).toEqual([]);
});

it('[D5] every rule has a test', () => {
  const all = titles();
  const untested = [...rules()].flatMap(([spec, ids]) => {
    const proven = new Set(all.flatMap((title) => (title.specs.includes(spec) ? title.ids : [])));
    return ids.filter((id) => !proven.has(id)).map((id) => `${spec}/SPEC.md: ${id}`);
  });
  expect(untested).toEqual([]);
});

it('[D5] no SPEC has two rules of one id', () => {
  const twice = [...rules()].flatMap(([spec, ids]) => {
    return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${spec}/SPEC.md: ${id}`);
  });
  expect(twice).toEqual([]);
});
