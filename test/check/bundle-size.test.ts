import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Size {
  readonly isThere: boolean;
  readonly size: string;
  readonly problems: readonly string[];
}
interface Measured {
  readonly brotli: number;
  readonly parts: Readonly<Record<string, number>>;
}
interface Script {
  checkBundleSize(root: string, limit?: number): Promise<Size>;
  measureBundle(root: string, conditions?: readonly string[]): Promise<Measured>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const script: string = new URL('../../scripts/bundle-size.mjs', import.meta.url).href;
const { checkBundleSize, measureBundle } = (await import(script)) as Script;

it('[C3] the page of the chat keeps to its limit', async () => {
  const { size, problems } = await checkBundleSize(ROOT);
  expect(problems).toEqual([]);
  expect(size).toMatch(/^\d+ of \d+ bytes$/);
});

it('[C3] above the limit it says how large it is', async () => {
  const { problems } = await checkBundleSize(ROOT, 1000);
  expect(problems[0]).toMatch(/^The chat's page is \d+ bytes \(brotli\); the limit is 1000\./);
});

it('[C3] under the condition spacetick-bsatn neither MessagePack nor code from strings is carried, and least under spacetick-lean', async () => {
  const [all, bsatn, lean] = [
    await measureBundle(ROOT, []),
    await measureBundle(ROOT, ['spacetick-bsatn']),
    await measureBundle(ROOT),
  ];
  expect(Object.keys(all.parts)).toEqual(
    expect.arrayContaining(['packages', 'src/wire/msgpack', 'src/values/codec/emit']),
  );
  expect(Object.keys(bsatn.parts).filter((part) => /packages|msgpack|emit/.test(part))).toEqual([]);
  expect(bsatn.brotli).toBeLessThan(all.brotli);
  expect(lean.brotli).toBeLessThan(bsatn.brotli);
});
