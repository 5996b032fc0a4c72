// What people type is shown to others as text: nothing in it may be invisible, turn the line around or overprint others.

// Controls, formats (bidi marks among them; the joiner inside emoji stays), line separators, private use.
const UNSEEN = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
const BLANKS = /[\u115f\u1160\u3164\uffa0\u2800\s]+/gu; // fillers that look like a space, and spaces
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu; // two accents make a letter, ten make a tower
const STRAY_JOINERS = /^[\u200d\p{M}]+|\u200d+$/gu;

/** The visible part of a text: on one line, single spaces, none at the ends. */
export function visibleText(text: string): string {
  const seen = text
    .replace(/[\n\r\t]/g, ' ')
    .replace(UNSEEN, '')
    .replace(BLANKS, ' ')
    .replace(PILED_MARKS, '$1');
  return seen.trim().replace(STRAY_JOINERS, '').trim();
}

/** Characters as people count them, nearly: code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}
