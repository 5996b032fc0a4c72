const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** A table as `sql` and `list` print it (`api.md` 6.3): no outer border, everything to the left. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i]!)].map(width)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => ` ${cell}${' '.repeat(widths[i]! - width(cell))} `)
      .join('|')
      .trimEnd();
  return [line(header), widths.map((columns) => '-'.repeat(columns + 2)).join('+'), ...rows.map(line)];
}

/** Columns of a terminal that a text takes. */
function width(text: string): number {
  let columns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}
