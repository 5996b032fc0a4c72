/** What an error says: its text. `#messages` (package.json "imports") is this file; in the lean build it is lean-messages.ts. */
export function messageOf(_code: string, text: string): string {
  return text;
}
