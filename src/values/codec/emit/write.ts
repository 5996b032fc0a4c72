import { type AlgebraicType, formOf, isUnit, type SumType, typeName } from '../../algebraic-type.ts';
import { isOption, METHOD_OF_FORM, someOf, variantNames } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { bang, isInline, property } from './syntax.ts';

function writeStatement(source: Emitter, type: AlgebraicType, value: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `w.${method}(${value});`;
  if (isOption(type)) {
    const some = someOf(type);
    const inner = writeStatement(source, some, value);
    return `if (${value} === undefined || ${value} === null) w.none(); else { w.some(${isOption(some)}); ${inner} }`;
  }
  if (isUnit(type)) return 'w.product(0);';
  return `${source.functionFor('write', type)}(w, ${value});`;
}

/** Body of a function that writes `v` of `type` to a ValueWriter `w`. */
export function writeBody(source: Emitter, type: AlgebraicType): string[] {
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
