import {
  type AlgebraicType,
  formOf,
  isScheduleAt,
  isUnit,
  type ProductElement,
  type SumType,
} from '../values/index.ts';
import { isNamed } from './binding-types.ts';
import type { Imports } from './imports.ts';
import { literal, propertyKey } from './names.ts';

const COMPOSITES: readonly string[] = ['Array', 'Product', 'Sum', 'Option', 'Result'];

/** Prints declarations: `__t.array(__t.u8())`, `Vec2`. */
export class BuilderText {
  /** Named types that the text refers to. */
  readonly used = new Set<string>();
  private readonly imports: Imports;

  constructor(imports: Imports) {
    this.imports = imports;
  }

  of(type: AlgebraicType): string {
    if (!isNamed(type)) return this.shape(type);
    this.used.add(type.name);
    return type.name;
  }

  /** The declaration written out, named types inside it aside. */
  shape(type: AlgebraicType): string {
    const t = this.imports.value('t');
    const form = formOf(type);
    if (form === 'Bytes') return `${t}.byteArray()`;
    if (!COMPOSITES.includes(form)) return `${t}.${form.charAt(0).toLowerCase()}${form.slice(1)}()`;
    if (type.tag === 'Array') return `${t}.array(${this.of(type.element)})`;
    if (type.tag === 'Product') {
      if (isNamed(type)) return `${t}.object(${literal(type.name)}, ${this.fields(type.elements)})`;
      return isUnit(type) ? `${t}.unit()` : `${t}.row(${this.fields(type.elements)})`;
    }
    const sum = type as SumType;
    const [first, second] = sum.variants;
    if (form === 'Option') return `${t}.option(${this.of(first!.type)})`;
    if (form === 'Result') return `${t}.result(${this.of(first!.type)}, ${this.of(second!.type)})`;
    if (!isNamed(sum) && isScheduleAt(sum)) return `${t}.scheduleAt()`;
    const variants = sum.variants.map((variant) => ({ name: variant.name, key: variant.name, type: variant.type }));
    return `${t}.enum(${literal(sum.name ?? '')}, ${this.fields(variants)})`;
  }

  /**
   * Fields or variants as an object, one a line. A field that refers to a named type is a getter: the type may be
   * declared further down, or be this very one.
   * @param modifiers what follows a field's type, e.g. `.primaryKey()`
   */
  fields(elements: readonly ProductElement[], modifiers: (index: number) => string = () => ''): string {
    if (elements.length === 0) return '{}';
    const lines = elements.map((element, index) => {
      const inner = new BuilderText(this.imports);
      const text = inner.of(element.type) + modifiers(index);
      for (const name of inner.used) this.used.add(name);
      const key = propertyKey(element.key);
      return inner.used.size === 0
        ? `${key}: ${text},`
        : `get ${key}() {\n  return ${text.replaceAll('\n', '\n  ')};\n},`;
    });
    return `{\n  ${lines.map((line) => line.replaceAll('\n', '\n  ')).join('\n  ')}\n}`;
  }
}
