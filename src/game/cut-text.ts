const SIGNS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts a text to what fits, with an ellipsis; whole signs, never half an emoji nor a letter without its accents.
 * @param fits whether a text is short enough
 */
export function cutText(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const signs = Array.from(SIGNS.segment(text), ({ segment }) => segment);
  let length = signs.length - 1;
  while (length > 1 && !fits(cutAt(signs, length))) length--;
  return cutAt(signs, length);
}

function cutAt(signs: readonly string[], length: number): string {
  return `${signs.slice(0, length).join('').trimEnd()}…`;
}
