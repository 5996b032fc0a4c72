import { literal } from './names.ts';

const LINE_WIDTH = 120; // as the rest of the code base

/** What a generated file imports from the client's package, each under a `__` alias, and only what it asked for. */
export class Imports {
  private readonly names = new Map<string, { isValue: boolean; alias: string }>();

  /** A value (function, class). @returns its alias */
  value(name: string): string {
    this.names.set(name, { isValue: true, alias: `__${name}` });
    return `__${name}`;
  }

  /** A type. @returns its alias */
  type(name: string, alias = `__${name}`): string {
    if (!this.names.has(name)) this.names.set(name, { isValue: false, alias });
    return alias;
  }

  /** The import statement, or nothing. */
  statement(from: string): string[] {
    if (this.names.size === 0) return [];
    const sorted = [...this.names].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    const isTypes = sorted.every(([, { isValue }]) => !isValue);
    const entries = sorted.map(([name, { isValue, alias }]) => {
      return `${isValue || isTypes ? '' : 'type '}${name} as ${alias}`;
    });
    const [start, end] = [`import ${isTypes ? 'type ' : ''}{`, `} from ${literal(from)};`];
    const line = `${start} ${entries.join(', ')} ${end}`;
    return line.length <= LINE_WIDTH ? [line] : [start, ...entries.map((entry) => `  ${entry},`), end];
  }
}
