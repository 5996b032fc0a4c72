import { type AlgebraicType, type ArrayType, formOf, isUnit, type SumType } from '../../algebraic-type.ts';
import { isOption, METHOD_OF_FORM } from '../shape.ts';
import type { Emitter } from './emitter.ts';

// Pieces of source that several emitters need.

/** True for types whose code goes into the parent's function. */
export function isInline(type: AlgebraicType): boolean {
  if (METHOD_OF_FORM[formOf(type)] !== undefined) return true;
  return isOption(type) || isUnit(type);
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Source of `object.key`. */
export function property(object: string, key: string): string {
  return IDENTIFIER.test(key) ? `${object}.${key}` : `${object}[${JSON.stringify(key)}]`;
}

/** Source of `key` in an object literal. */
export function objectKey(key: string): string {
  return IDENTIFIER.test(key) ? key : JSON.stringify(key);
}

/** Source of an array of `length` elements still to be filled. */
export function newArray(source: Emitter, type: ArrayType): string {
  const annotations = source.annotations;
  return annotations === undefined ? 'new Array(length)' : `new Array<${annotations.type(type.element)}>(length)`;
}

/** The variants of a sum as a switch; the last one is the default, so that every path returns. */
export function switchOn(sum: SumType, tag: string, payload: (type: AlgebraicType) => string): string[] {
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

/** Where the source is typed: an element that a loop has shown to exist. */
export function bang(source: Emitter): string {
  return source.annotations === undefined ? '' : '!';
}
