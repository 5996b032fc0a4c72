import { checkName, isIdentityText } from '../host/index.ts';

/** What stands in the place of a name where a database has none. */
export const UNNAMED = '(unnamed)';

/** Whether a word on the command line can be a database: its name, or its identity. */
export function isDatabaseName(word: string): boolean {
  if (isIdentityText(word)) return true;
  try {
    checkName(word);
    return true;
  } catch {
    return false;
  }
}

/** What a database may be called that is to have this name, as nearly as can be; empty when nothing is left of it. */
export function nearestName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
