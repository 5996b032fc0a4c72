import { toCamelCase, toPascalCase, toSnakeCase } from '../schema/index.ts';
import { SpacetickError } from '../values/index.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Name of a field, or of a table or reducer as a property. A name that casing leaves nothing of stays as it is. */
export function camel(name: string): string {
  return toCamelCase(name) || name;
}

/** Name of a type or variant; always usable as an identifier. */
export function pascal(name: string): string {
  return identifier(toPascalCase(name) || name);
}

/** Stem of a file name. */
export function fileStem(name: string): string {
  return identifier(toSnakeCase(name) || name);
}

function identifier(name: string): string {
  const allowed = name.replace(/[^\p{ID_Continue}$]/gu, '_');
  return IDENTIFIER.test(allowed) ? allowed : `_${allowed}`;
}

/** Text as a string literal. */
export function literal(text: string): string {
  if (/^[^'\\\p{C}\p{Z}]*$/u.test(text.replaceAll(' ', ''))) return `'${text}'`;
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

/** A key as it stands in an object literal or a type. */
export function propertyKey(key: string): string {
  return IDENTIFIER.test(key) ? key : literal(key);
}

/** Refuses two things that would get one name. */
export class NameRegister {
  private readonly owners = new Map<string, string>();
  private readonly kind: string;

  /** @param kind what the names are, for the error: `table accessor` */
  constructor(kind: string) {
    this.kind = kind;
  }

  /**
   * @param owner what wants the name, as the module calls it: `table user_list`
   * @throws SpacetickError E_CODEGEN naming both owners
   */
  claim(name: string, owner: string): void {
    const other = this.owners.get(name);
    if (other !== undefined) {
      throw new SpacetickError(
        'E_CODEGEN',
        `${other} and ${owner} both become the ${this.kind} ${name} in the bindings. Rename one of them in the module.`,
      );
    }
    this.owners.set(name, owner);
  }
}
