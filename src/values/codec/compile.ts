import { type AlgebraicType, formOf } from '../algebraic-type.ts';
import { closureCodec } from './closure-parts.ts';
import type { Codec, WireCodec } from './codec.ts';
import { METHOD_OF_FORM } from './shape.ts';
import { CodecSource, type Operation } from './source.ts';

const OPERATIONS: readonly Operation[] = ['read', 'write', 'unpack', 'copy', 'equal'];

const compiled = new WeakMap<AlgebraicType, Codec<unknown>>();

/**
 * The codec of a type met at run time, built on first use and kept with the type: by `new Function` where the page
 * allows it, else of closures.
 */
export function codecOf(type: AlgebraicType): Codec<unknown> {
  let codec = compiled.get(type);
  if (codec === undefined) {
    // One call of the reader, either way: not worth asking the page for.
    const isPlain = METHOD_OF_FORM[formOf(type)] !== undefined;
    codec = !isPlain && mayGenerate() ? functionCodec(type) : closureCodec(type);
    compiled.set(type, codec);
  }
  return codec;
}

/**
 * How values of a type are compared: true when both would encode to the same bytes.
 * @param own what bindings carry: then the page is never asked whether it allows code from strings
 */
export function equalityOf(type: AlgebraicType, own?: WireCodec<unknown>): Codec<unknown>['equal'] {
  return (own === undefined ? codecOf(type) : closureCodec(type)).equal;
}

/** The codec as functions made from source. @throws EvalError where a content security policy forbids it */
export function functionCodec(type: AlgebraicType): Codec<unknown> {
  const source = new CodecSource();
  const entries = OPERATIONS.map((operation) => `${operation}: ${source.functionFor(operation, type)}`);
  const build = new Function(`'use strict';\n${source}\nreturn { ${entries.join(', ')} };`) as () => Codec<unknown>;
  return build();
}

let allowed: boolean | undefined;

/**
 * Whether this page allows code from strings. Asked once, and only when a codec without source is needed: a policy that
 * came as a header cannot be read, and asking shows in its reports.
 */
function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      allowed = !isForbiddenByMeta() && (new Function('return true') as () => boolean)();
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

interface MetaPage {
  querySelectorAll(selector: string): Iterable<{ readonly content: string }>;
}

/** Whether the page's own elements say no. */
function isForbiddenByMeta(): boolean {
  const page = (globalThis as { readonly document?: MetaPage }).document;
  if (page === undefined) return false;
  const policies = [...page.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]')];
  return policies.some(({ content }) => {
    const directives = content.split(';').map((directive) => directive.trim().toLowerCase().split(/\s+/));
    const sources =
      directives.find(([name]) => name === 'script-src') ?? directives.find(([name]) => name === 'default-src');
    return sources !== undefined && !sources.includes("'unsafe-eval'");
  });
}
