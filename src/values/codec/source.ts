import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  minSize,
  type ProductType,
  type SumType,
  typeName,
} from '../algebraic-type.ts';
import { isEmptyProduct, isOption, isRecursive, METHOD_OF_FORM, someOf, variantNames } from './shape.ts';

/** The functions a codec is made of. */
export type Operation = 'read' | 'write' | 'unpack' | 'copy' | 'equal';

/**
 * How the emitted functions are annotated: with nothing, as JavaScript for `new Function`; or with types, for bindings.
 * `type` prints the TypeScript type of a value.
 */
export interface Annotations {
  type(type: AlgebraicType): string;
}

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
export class CodecSource {
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

type Body = (source: CodecSource, type: AlgebraicType) => string[];

const BODIES: Readonly<Record<Operation, Body>> = {
  read: readBody,
  write: writeBody,
  unpack: unpackBody,
  copy: copyBody,
  equal: equalBody,
};

/** True for types whose code goes into the parent's function. */
function isInline(type: AlgebraicType): boolean {
  if (METHOD_OF_FORM[formOf(type)] !== undefined) return true;
  return isOption(type) || isEmptyProduct(type);
}

function property(object: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${object}.${key}` : `${object}[${JSON.stringify(key)}]`;
}

function objectKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

// --- read ---

function readExpression(source: CodecSource, type: AlgebraicType): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `r.${method}()`;
  if (isOption(type)) return `(r.option() ? ${readExpression(source, someOf(type))} : undefined)`;
  if (isEmptyProduct(type)) return '{}';
  return `${source.functionFor('read', type)}(r)`;
}

function readBody(source: CodecSource, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType) => readExpression(source, child);
  if (isInline(type)) return [`return ${inner(type)};`];
  if (type.tag === 'Array') {
    return [
      `const length = r.count(${minSize(type.element)});`,
      `const list = ${newArray(source, type)};`,
      `for (let i = 0; i < length; i++) list[i] = ${inner(type.element)};`,
      'return list;',
    ];
  }
  if (type.tag === 'Product') {
    const fields = type.elements.map((element) => `${objectKey(element.key)}: ${inner(element.type)}`);
    return [`return { ${fields.join(', ')} };`];
  }
  const sum = type as SumType;
  if (formOf(type) === 'Result') {
    const [ok, err] = sum.variants;
    return [`return r.tag(2) === 0 ? { ok: ${inner(ok!.type)} } : { err: ${inner(err!.type)} };`];
  }
  return switchOn(sum, `r.tag(${sum.variants.length})`, (variant) => inner(variant));
}

function newArray(source: CodecSource, type: ArrayType): string {
  const annotations = source.annotations;
  return annotations === undefined ? 'new Array(length)' : `new Array<${annotations.type(type.element)}>(length)`;
}

/** The variants of a sum as a switch; the last one is the default, so that every path returns. */
function switchOn(sum: SumType, tag: string, payload: (type: AlgebraicType) => string): string[] {
  if (sum.variants.length === 0) return [`${tag};`, "throw new Error('a sum without variants has no values');"];
  const last = sum.variants.length - 1;
  return [
    `switch (${tag}) {`,
    ...sum.variants.map((variant, index) => {
      const label = index === last ? 'default' : `case ${index}`;
      return `${label}: return { tag: ${JSON.stringify(variant.name)}, value: ${payload(variant.type)} };`;
    }),
    '}',
  ];
}

// --- write ---

function writeStatement(source: CodecSource, type: AlgebraicType, value: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `w.${method}(${value});`;
  if (isOption(type)) {
    const some = someOf(type);
    const inner = writeStatement(source, some, value);
    return `if (${value} === undefined || ${value} === null) w.none(); else { w.some(${isOption(some)}); ${inner} }`;
  }
  if (isEmptyProduct(type)) return 'w.product(0);';
  return `${source.functionFor('write', type)}(w, ${value});`;
}

function writeBody(source: CodecSource, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, value: string) => writeStatement(source, child, value);
  if (isInline(type)) return [inner(type, 'v')];
  if (type.tag === 'Array') {
    return [
      'w.list(v);',
      `for (let i = 0; i < v.length; i++) { const e = v[i]${bang(source)}; ${inner(type.element, 'e')} }`,
    ];
  }
  if (type.tag === 'Product') {
    return [
      `w.object(v, ${type.elements.length});`,
      ...type.elements.map((element) => inner(element.type, property('v', element.key))),
    ];
  }
  const sum = type as SumType;
  const refuse = `w.unknownVariant(${JSON.stringify(typeName(type))}, v, ${JSON.stringify(variantNames(sum))});`;
  if (formOf(type) === 'Result') {
    const [ok, err] = sum.variants;
    return [
      `if ('ok' in v) { w.variant(0); ${inner(ok!.type, 'v.ok')} }`,
      `else if ('err' in v) { w.variant(1); ${inner(err!.type, 'v.err')} }`,
      `else ${refuse}`,
    ];
  }
  return [
    'switch (v.tag) {',
    ...sum.variants.map((variant, index) => {
      return `case ${JSON.stringify(variant.name)}: w.variant(${index}); ${inner(variant.type, 'v.value')} break;`;
    }),
    `default: ${refuse}`,
    '}',
  ];
}

function bang(source: CodecSource): string {
  return source.annotations === undefined ? '' : '!';
}

// --- unpack ---

function unpackExpression(source: CodecSource, type: AlgebraicType, plain: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `u.${method}(${plain})`;
  if (isOption(type)) {
    const some = someOf(type);
    const payload = isOption(some) ? `u.nested(${plain})` : plain;
    return `(${plain} === null ? undefined : ${unpackExpression(source, some, payload)})`;
  }
  return `${source.functionFor('unpack', type)}(u, ${plain})`;
}

function unpackBody(source: CodecSource, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, plain: string) => unpackExpression(source, child, plain);
  if (isEmptyProduct(type)) return ['u.product(p, 0);', 'return {};'];
  if (isInline(type)) return [`return ${inner(type, 'p')};`];
  if (type.tag === 'Array') {
    return [
      'const a = u.array(p);',
      'const length = a.length;',
      `const list = ${newArray(source, type)};`,
      `for (let i = 0; i < length; i++) list[i] = ${inner(type.element, 'a[i]')};`,
      'return list;',
    ];
  }
  if (type.tag === 'Product') {
    const fields = type.elements.map((element, i) => `${objectKey(element.key)}: ${inner(element.type, `a[${i}]`)}`);
    return [`const a = u.product(p, ${type.elements.length});`, `return { ${fields.join(', ')} };`];
  }
  const sum = type as SumType;
  const opened = `const s = u.sum(p, ${sum.variants.length});`;
  if (formOf(type) === 'Result') {
    const [ok, err] = sum.variants;
    return [opened, `return s[0] === 0 ? { ok: ${inner(ok!.type, 's[1]')} } : { err: ${inner(err!.type, 's[1]')} };`];
  }
  return [opened, ...switchOn(sum, 's[0]', (variant) => inner(variant, 's[1]'))];
}

// --- copy ---

function copyExpression(source: CodecSource, type: AlgebraicType, value: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `c.${method}(${value})`;
  if (isOption(type)) {
    return `(${value} === undefined || ${value} === null ? undefined : ${copyExpression(source, someOf(type), value)})`;
  }
  if (isEmptyProduct(type)) return '{}';
  return `${source.functionFor('copy', type)}(c, ${value})`;
}

function copyBody(source: CodecSource, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, value: string) => copyExpression(source, child, value);
  if (isInline(type)) return [`return ${inner(type, 'v')};`];
  if (type.tag === 'Array') {
    return [
      'const a = c.array(v);',
      'const length = a.length;',
      `const list = ${newArray(source, type)};`,
      `for (let i = 0; i < length; i++) list[i] = ${inner(type.element, 'a[i]')};`,
      'return list;',
    ];
  }
  const opened = `const o = c.object(v, ${JSON.stringify(typeName(type))});`;
  if (type.tag === 'Product') {
    const fields = type.elements.map((element) => {
      return `${objectKey(element.key)}: ${inner(element.type, property('o', element.key))}`;
    });
    return [opened, `return { ${fields.join(', ')} };`];
  }
  const sum = type as SumType;
  const refuse = `c.unknownVariant(${JSON.stringify(typeName(type))}, v, ${JSON.stringify(variantNames(sum))})`;
  if (formOf(type) === 'Result') {
    const [ok, err] = sum.variants;
    return [
      opened,
      `if ('ok' in o) return { ok: ${inner(ok!.type, 'o.ok')} };`,
      `if ('err' in o) return { err: ${inner(err!.type, 'o.err')} };`,
      `return ${refuse};`,
    ];
  }
  return [
    opened,
    'switch (o.tag) {',
    ...sum.variants.map((variant) => {
      const tag = JSON.stringify(variant.name);
      return `case ${tag}: return { tag: ${tag}, value: ${inner(variant.type, 'o.value')} };`;
    }),
    `default: return ${refuse};`,
    '}',
  ];
}

// --- equal ---

function equalExpression(source: CodecSource, type: AlgebraicType, a: string, b: string): string {
  switch (formOf(type)) {
    case 'F32':
    case 'F64':
      return `Object.is(${a}, ${b})`;
    case 'Identity':
    case 'ConnectionId':
      return `${a}.hex === ${b}.hex`;
    case 'Timestamp':
      return `${a}.microsSinceUnixEpoch === ${b}.microsSinceUnixEpoch`;
    case 'TimeDuration':
      return `${a}.micros === ${b}.micros`;
    case 'Uuid':
      return `${a}.__uuid__ === ${b}.__uuid__`;
    case 'Bytes':
    case 'Array':
    case 'Sum':
    case 'Result':
    case 'Option':
      return `${source.functionFor('equal', type)}(${a}, ${b})`;
    case 'Product':
      return isEmptyProduct(type) ? 'true' : `${source.functionFor('equal', type)}(${a}, ${b})`;
    default:
      return `${a} === ${b}`;
  }
}

function equalBody(source: CodecSource, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, a: string, b: string) => equalExpression(source, child, a, b);
  switch (formOf(type)) {
    case 'Bytes':
    case 'Array': {
      const element = (type as ArrayType).element;
      return [
        'if (a.length !== b.length) return false;',
        `for (let i = 0; i < a.length; i++) if (!(${inner(element, 'a[i]', 'b[i]')})) return false;`,
        'return true;',
      ];
    }
    case 'Option':
      return ['if (a === undefined || b === undefined) return a === b;', `return ${inner(someOf(type), 'a', 'b')};`];
    case 'Result': {
      const [ok, err] = (type as SumType).variants;
      return [
        `if ('ok' in a) return 'ok' in b && ${inner(ok!.type, 'a.ok', 'b.ok')};`,
        `return 'err' in b && ${inner(err!.type, 'a.err', 'b.err')};`,
      ];
    }
    case 'Sum': {
      // The compiler does not see that b has the tag of a.
      const other = source.annotations === undefined ? 'b.value' : '(b as typeof a).value';
      return [
        'if (a.tag !== b.tag) return false;',
        'switch (a.tag) {',
        ...(type as SumType).variants.map((variant) => {
          return `case ${JSON.stringify(variant.name)}: return ${inner(variant.type, 'a.value', other)};`;
        }),
        'default: return false;',
        '}',
      ];
    }
    case 'Product': {
      const fields = (type as ProductType).elements.map((element) => {
        return inner(element.type, property('a', element.key), property('b', element.key));
      });
      return [`return ${fields.join(' && ') || 'true'};`];
    }
    default:
      return [`return ${inner(type, 'a', 'b')};`];
  }
}
