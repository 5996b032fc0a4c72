import { type Line, verdictOf } from './line.ts';

const GREY = ['\u001b[90m', '\u001b[39m'] as const;

/** The lines as a table of plain text. @param isColoured whether absolute times, which differ by machine, are grey */
export function tableOf(lines: readonly Line[], isColoured: boolean): string {
  const head = ['work', 'against', 'ratio', 'reach', 'time', 'verdict'];
  const cells = lines.map((line) => [
    line.work,
    line.against,
    amount(line.ratio.toFixed(2), line.unit),
    reachOf(line),
    line.ns === undefined ? '-' : timeOf(line.ns),
    verdictOf(line),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const print = (row: readonly string[]) =>
    row
      .map((cell, i) => {
        if (i === head.length - 1) return cell;
        const padded = i >= 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
        return i === 4 && isColoured ? GREY.join(padded) : padded;
      })
      .join('  ');
  return [print(head), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(print)].join('\n');
}

function reachOf({ reach, unit, isSpeed }: Line): string {
  if (reach === undefined) return '-';
  return `${isSpeed ? '>= ' : ''}${amount(String(reach), unit)}`;
}

function amount(number: string, unit: Line['unit']): string {
  return unit === 'x' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`;
}

function timeOf(ns: number): string {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(2)} ms`;
  return ns >= 1e4 ? `${(ns / 1e3).toFixed(1)} us` : `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
}
