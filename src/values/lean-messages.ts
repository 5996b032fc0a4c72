/**
 * In place of messages.ts in the lean build, which leaves our texts out (scripts/lean.mjs): the code, and where to read about it.
 * @param text somebody else's text as it is, or what the build left of ours: a list of details, or nothing
 */
export function messageOf(code: string, text?: string | readonly unknown[]): string {
  return typeof text === 'string' ? text : `${[code, ...(text ?? [])].join(': ')} (see docs/errors.md of spacetick)`;
}
