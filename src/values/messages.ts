/** What an error says: its text. The lean build (scripts/lean.mjs) has lean-messages.ts in place of this file. */
export function messageOf(_code: string, text: string): string {
  return text;
}
