/**
 * Cuts a text to what fits, with an ellipsis; whole characters, never half an emoji.
 * @param fits whether a text is short enough
 */
export function cutText(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const characters = [...text];
  let length = characters.length - 1;
  while (length > 1 && !fits(cutAt(characters, length))) length--;
  return cutAt(characters, length);
}

function cutAt(characters: readonly string[], length: number): string {
  return `${characters.slice(0, length).join('').trimEnd()}…`;
}
