import { type AlgebraicType, formOf } from '../algebraic-type.ts';
import { copyBody } from './emit/copy.ts';
import type { Annotations, Emitter, Operation } from './emit/emitter.ts';
import { equalBody } from './emit/equal.ts';
import { readBody } from './emit/read.ts';
import { unpackBody } from './emit/unpack.ts';
import { writeBody } from './emit/write.ts';
import { isRecursive } from './shape.ts';

export type { Annotations, Operation } from './emit/emitter.ts';

/** TypeScript types of the first parameters, as bindings import them. */
const HELPER_TYPES: Readonly<Record<Operation, string>> = {
  read: '__Reader',
  write: '__Writer',
  unpack: '__Unpacker',
  copy: '__Copier',
  equal: '',
};

/**
 * Emits the source of codecs. Composite types become functions of their own, once each, named after the type
 * (`readShip`, `writeArray3`); everything else is inlined into its parent.
 */
export class CodecSource implements Emitter {
  private readonly functions = new Map<string, string>();
  private readonly names = new Map<AlgebraicType, string>();
  private readonly taken = new Set<string>();
  readonly annotations: Annotations | undefined;

  constructor(annotations?: Annotations) {
    this.annotations = annotations;
  }

  /** Emits what is missing of `operation` for `type`; returns the name of its function. */
  functionFor(operation: Operation, type: AlgebraicType): string {
    const name = operation + this.nameOf(type);
    if (!this.functions.has(name)) {
      this.functions.set(name, ''); // taken, so that recursion ends here
      this.functions.set(name, this.declare(operation, name, type));
    }
    return name;
  }

  /** All functions emitted so far, in the order they were asked for. */
  toString(): string {
    return [...this.functions.values()].join('\n');
  }

  private nameOf(type: AlgebraicType): string {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const form = formOf(type);
    // A declared name may hold anything; what is no part of an identifier must not reach the source.
    const base = (type.tag === 'Product' || type.tag === 'Sum' ? (type.name ?? form) : form).replace(/\W/g, '_');
    let name = base;
    for (let n = 2; this.taken.has(name); n++) name = base + n;
    this.taken.add(name);
    this.names.set(type, name);
    return name;
  }

  private declare(operation: Operation, name: string, type: AlgebraicType): string {
    const typed = this.annotations?.type(type);
    const helper = typed === undefined ? '' : `: ${HELPER_TYPES[operation]}`;
    const value = typed === undefined ? '' : `: ${typed}`;
    const unknown = typed === undefined ? '' : ': unknown';
    const parameters = {
      read: `r${helper}`,
      write: `w${helper}, v${value}`,
      unpack: `u${helper}, p${unknown}`,
      copy: `c${helper}, v${unknown}`,
      equal: `a${value}, b${value}`,
    }[operation];
    const returned = typed === undefined ? '' : ({ write: ': void', equal: ': boolean' }[operation as string] ?? value);
    const declared = (as: string, lines: string[]) =>
      `function ${as}(${parameters})${returned} {\n${lines.join('\n')}\n}`;
    const body = BODIES[operation](this, type);
    const counter = COUNTER[operation];
    if (counter === undefined || !isRecursive(type)) return declared(name, body);
    // One level of a recursive type is counted while its value is open. No type's name holds a `$`.
    const level = `${name}$level`;
    const passed = { read: 'r', write: 'w, v', unpack: 'u, p', copy: 'c, v', equal: 'a, b' }[operation];
    const counted = [`${counter}.enter();`, `try { return ${level}(${passed}); }`, `finally { ${counter}.leave(); }`];
    return `${declared(level, body)}\n${declared(name, counted)}`;
  }
}

/** Parameter that counts the levels of a recursive type. Comparing needs no count: values were counted when made. */
const COUNTER: Readonly<Record<Operation, string | undefined>> = {
  read: 'r',
  write: 'w',
  unpack: 'u',
  copy: 'c',
  equal: undefined,
};

type Body = (source: Emitter, type: AlgebraicType) => string[];

const BODIES: Readonly<Record<Operation, Body>> = {
  read: readBody,
  write: writeBody,
  unpack: unpackBody,
  copy: copyBody,
  equal: equalBody,
};
