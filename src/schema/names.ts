/** How a name in a declaration becomes a name on the wire. */
export type WireName = (name: string) => string;

/** Whether a module's identifiers go to snake case on the wire, or stay as written (`api.md` 3.4). */
export type CasePolicy = 'None' | 'SnakeCase';

/** Splits `sendMessage`, `send_message`, `HTTPCall2` into lowercase words. */
function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .split(/[_\-\s]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** `sendMessage` -> `SendMessage`. */
export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `send_message` -> `sendMessage`: names in bindings. */
export function toCamelCase(name: string): string {
  const [first = '', ...rest] = words(name);
  return first + rest.map(capitalised).join('');
}

/** `sendMessage` -> `send_message`: names on the wire and in SQL. */
export function toSnakeCase(name: string): string {
  return words(name).join('_');
}

/** `send_message` -> `SendMessage`: names of types. */
export function toPascalCase(name: string): string {
  return words(name).map(capitalised).join('');
}

/** Names on the wire under a policy. */
export function wireNameOf(policy: CasePolicy): WireName {
  return policy === 'None' ? (name) => name : toSnakeCase;
}
