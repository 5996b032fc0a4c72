import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AlgebraicType,
  CodecSource,
  decodeBsatn,
  encodeBsatn,
  functionCodec,
  type TypeBuilder,
  t,
} from '../../src/values/index.ts';
import { bindingsSource, CODEC_MAKERS } from './support/codecs.ts';
import { leafShapes, shapes } from './support/shapes.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spacetick-bindings-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs the project's compiler over files with these sources, under the project's options. */
async function typeCheck(sources: readonly string[]): Promise<string> {
  await Promise.all(sources.map((source, i) => writeFile(join(folder, `codec-${i}.ts`), source)));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { types: [] },
    include: [join(folder, '*.ts')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  try {
    await promisify(execFile)(tsc, ['--noEmit', '-p', folder]);
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout || String(error);
  }
}

/** A module as bindings would be: the helpers' types imported, the functions emitted. */
function moduleOf(type: AlgebraicType): string {
  const { source, entries } = bindingsSource(type);
  return `import {
  BsatnReader as __Reader, Copier as __Copier, ConnectionId, Identity, TimeDuration, Timestamp, Uuid,
  type Codec, type Unpacker as __Unpacker, type ValueWriter as __Writer,
} from ${JSON.stringify(join(ROOT, 'src/values/index.ts'))};
type Classes = ConnectionId | Identity | TimeDuration | Timestamp | Uuid;
${source}
const functions = { ${entries} };
export const codec: Codec<ReturnType<typeof functions.read>> = functions;
export type { Classes };
`;
}

describe('source as bindings carry it', () => {
  it('[V41] type-checks under strict, for every leaf type and for generated ones', { timeout: 120_000 }, async () => {
    const leaves = t.object('Leaves', Object.fromEntries(leafShapes.map(({ builder }, i) => [`leaf${i}`, builder])));
    const generated = fc.sample(shapes, 60).map(({ builder }) => builder);
    expect(await typeCheck([leaves, ...generated].map((builder) => moduleOf(builder.algebraicType)))).toBe('');
  });

  it('[V41] the check would find a wrong type', { timeout: 120_000 }, async () => {
    const source = moduleOf(t.object('Ship', { id: t.u32() }).algebraicType).replace('r.u32()', 'r.u64()');
    expect(await typeCheck([source])).toContain("'bigint' is not assignable to type 'number'");
  });

  it('[V41] names cannot break out of the source, nor collide', () => {
    const hostile = ['Ship(){}; throw 1; //', '`; process.exit(); `', 'a\n}', 'TreeLevel', 'Tree$level', '', '1'];
    for (const name of hostile) {
      const Tree: TypeBuilder<unknown> = t.object(name, {
        own: t.enum(`${name}Level`, { [`${name}"'\\`]: t.object(name, { 'it\'s "x"\n': t.u8() }) }),
        children: t.array(t.lazy(() => Tree)),
      });
      const type = Tree.algebraicType;
      const own = { tag: `${name}"'\\`, value: { 'it\'s "x"\n': 5 } };
      const value = { own, children: [{ own, children: [] }] };
      for (const make of Object.values(CODEC_MAKERS)) {
        expect(decodeBsatn(type, encodeBsatn(type, value, '', make(type)), '', make(type))).toEqual(value);
      }
    }
  });

  it('[V41] functions are emitted once, and only those asked for', () => {
    const Vec2 = t.object('Vec2', { x: t.f32(), y: t.f32() });
    const type = t.object('Ship', { at: Vec2, to: Vec2 }).algebraicType;
    const source = new CodecSource();
    expect(source.functionFor('read', type)).toBe('readShip');
    source.functionFor('read', type);
    expect(source.toString().match(/function \w+/g)).toEqual(['function readShip', 'function readVec2']);
    expect(functionCodec(type).read).toBeTypeOf('function');
  });
});
