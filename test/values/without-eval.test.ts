import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const VALUES = resolve(import.meta.dirname, '../../src/values/index.ts');

// What a page with a strict content security policy would do; prints what came out.
const PAGE = `
import { codecOf, copyValue, decodeBsatn, decodeMsgpackValue, encodeBsatn, encodeMsgpack, functionCodec, t, toHex } from ${JSON.stringify(VALUES)};
const Ship = t.object('Ship', { id: t.u32(), name: t.string(), hull: t.array(t.option(t.u8())) });
const type = Ship.algebraicType;
const ship = { id: 7, name: 'Comet', hull: [1, undefined] };
const report = { mayGenerate: true, error: '' };
try { functionCodec(type); } catch (error) { report.mayGenerate = error instanceof EvalError ? false : String(error); }
try { encodeBsatn(type, { ...ship, hull: [256] }, 'ship'); } catch (error) { report.error = error.message; }
report.bsatn = toHex(encodeBsatn(type, ship));
report.msgpack = toHex(encodeMsgpack(type, ship));
report.decoded = decodeBsatn(type, encodeBsatn(type, ship));
report.unpacked = decodeMsgpackValue(type, encodeMsgpack(type, ship));
report.copied = copyValue(type, codecOf(type), ship, '');
report.equal = codecOf(type).equal(ship, report.copied);
console.log(JSON.stringify(report));
`;

let folder = '';
let bundle = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spacetick-page-'));
  const entry = join(folder, 'page.ts');
  await writeFile(entry, PAGE);
  const build = await rolldown({
    input: entry,
    resolve: { modules: [resolve(import.meta.dirname, '../../node_modules')] },
  });
  bundle = join(folder, 'page.mjs');
  await build.write({ file: bundle, format: 'esm' });
  await build.close();
});

afterAll(() => rm(folder, { recursive: true }));

async function run(...flags: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, bundle]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('a page that forbids code from strings', () => {
  it('[V42] has the same codecs, as closures', async () => {
    const [free, strict] = [await run(), await run('--disallow-code-generation-from-strings')];
    expect([free.mayGenerate, strict.mayGenerate]).toEqual([true, false]);
    expect({ ...strict, mayGenerate: true }).toEqual(free);
    expect(strict).toMatchObject({
      bsatn: '0700000005000000436f6d657402000000000101',
      error: 'ship.hull[0] (u8): 256 is out of range 0..255',
      equal: true,
    });
  });
});
