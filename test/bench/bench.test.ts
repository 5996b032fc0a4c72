import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../bench/line.ts';
import { verdictOf } from '../../bench/line.ts';
import { median, QUICK, race } from '../../bench/race.ts';
import { tableOf } from '../../bench/table.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs `npm run bench` with these arguments. */
function bench(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/bench.mjs', ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

/** The table's lines as cells. */
function cellsOf(text: string): string[][] {
  const lines = text.trimEnd().split('\n');
  return lines.slice(2).map((line) => line.split(/ {2,}/));
}

const line: Line = {
  work: 'find',
  against: 'Map.get',
  ratio: 1,
  unit: 'x',
  reach: 5,
  ns: 20,
  reason: 'the index is slow',
};

describe('npm run bench', () => {
  it('[H1] [H2] [H5] runs every scenario and prints one table', async () => {
    const { code, text } = await bench('--quick');
    expect(code, text).toBe(0);
    const cells = cellsOf(text);
    expect(cells.map(([work]) => work)).toEqual([
      'decode 1000 rows: bindings',
      'decode 1000 rows: new Function',
      'decode 1000 rows: closures',
      'decode 1000 rows: MessagePack, validated',
      'frameTick: transaction of 1000 updates, table of 10,000',
      'frameTick: transaction of 10 updates, table of 10,000',
      'find by primary key, table of 10,000',
      'heap retained for a cached row',
      'idle tick: bytes allocated',
      'frame of 1,000 moving sprites, mirrored and smoothed',
      'one-row transaction in process, no subscriber',
      'reducer call to row callback, loopback, p50',
      'commit with 10,000 WHERE chunk = n queries',
    ]);
    const reaches = cells.map(([, , , reach]) => reach);
    const asked = ['1.5x', '1.5x', '-', '-', '3x', '3x', '5x', '1.3x', '0 B', '2x', '10x', '5x', '2x'];
    expect(reaches).toEqual(asked);
    for (const row of cells) {
      const [work, against, ratio, , , verdict] = row as [string, string, string, string, string, string];
      expect(against, work).not.toBe('');
      expect(ratio, work).toMatch(/^\d+\.\d\d(x| B)$/);
      expect(verdict, work).toMatch(/^(met|report|MISSED: .+)/);
    }
  }, 120_000);

  it('[H1] runs the scenarios that are named', async () => {
    const { code, text } = await bench('--quick', 'find');
    expect(code, text).toBe(0);
    expect(cellsOf(text).map(([work]) => work)).toEqual(['find by primary key, table of 10,000']);
  });

  it('[H1] names the scenarios there are when asked for another', async () => {
    const { code, text } = await bench('speed');
    expect(code).toBe(2);
    expect(text).toContain('There is no scenario speed; there are decode, updates,');
  });
});

describe('the table', () => {
  it('[H3] says whether a ratio is within its reach, as printed', () => {
    expect(verdictOf(line)).toBe('met');
    expect(verdictOf({ ...line, ratio: 5.004 })).toBe('met');
    expect(verdictOf({ ...line, ratio: 5.006 })).toBe('MISSED: the index is slow');
    expect(verdictOf({ ...line, reach: undefined })).toBe('report');
    expect(verdictOf({ ...line, note: 'in Node' })).toBe('met (in Node)');
  });

  it('[H3] prints times in grey where there are colours, and the same text without', () => {
    const lines: Line[] = [line, { ...line, unit: 'B', ratio: 0, reach: 0, ns: undefined }];
    const plain = tableOf(lines, false);
    expect(plain.split('\n')).toEqual([
      'work  against   ratio  reach     time  verdict',
      '----  -------  ------  -----  -------  -------',
      'find  Map.get   1.00x     5x  20.0 ns  met',
      'find  Map.get  0.00 B    0 B        -  met',
    ]);
    expect(tableOf(lines, true)).toContain('\u001b[90m20.0 ns\u001b[39m');
  });
});

describe('race', () => {
  it('[H4] gives finite figures, and the dearer work the larger ratio', () => {
    const waste = (turns: number) => (times: number) => {
      let sum = 0;
      for (let n = 0; n < times * turns; n++) sum += Math.sqrt(n);
      if (sum < 0) throw new Error('never');
    };
    const { ratio, ns } = race({ ...QUICK, sampleMs: 5, rounds: 5, warmUpMs: 20 }, waste(40_000), waste(1000), 10);
    expect(ratio).toBeGreaterThan(4);
    expect(ns).toBeGreaterThan(0);
  });

  it('[H4] takes the median', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('[H6] runs what takes long only when it is named', async () => {
    const { code, text } = await bench('client', 'chat', '--quick');
    expect(code, text).toBe(0);
    const works = cellsOf(text).map(([work]) => work!);
    expect(works.filter((work) => work.startsWith('transaction of 1000 updates'))).toHaveLength(3);
    expect(works).toContain('first subscription of 10,000 rows, a fresh process each');
    expect(works).toContain('3 clients, send_message over v2.bsatn.spacetimedb: calls a second');
    expect(works.some((work) => work.includes("of the host's time"))).toBe(true);
  });

  it('[H6] a speed must be at least its reach', () => {
    const speed = { ...line, isSpeed: true, reach: 4 };
    expect(verdictOf({ ...speed, ratio: 4 })).toBe('met');
    expect(verdictOf({ ...speed, ratio: 3.9 })).toBe('MISSED: the index is slow');
    expect(tableOf([{ ...speed, ratio: 4.1 }], false)).toMatch(/4\.10x +>= 4x/);
  });
});
