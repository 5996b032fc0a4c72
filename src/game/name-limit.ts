import { lengthOf, visibleText } from './module/text.ts';
import { NAME_LIMIT } from './module/world.ts';

/** The longest beginning of what was typed that the module takes as a name; it counts visible characters. */
export function fitName(typed: string): string {
  let fit = '';
  for (const sign of typed) {
    if (lengthOf(visibleText(fit + sign)) > NAME_LIMIT) break;
    fit += sign;
  }
  return fit;
}
