import { type AlgebraicType, formOf, isUnit, type SumType, typeName } from '../../algebraic-type.ts';
import { isOption, METHOD_OF_FORM, someOf, variantNames } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { isInline, newArray, objectKey, property } from './syntax.ts';

function copyExpression(source: Emitter, type: AlgebraicType, value: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `c.${method}(${value})`;
  if (isOption(type)) {
    return `(${value} === undefined || ${value} === null ? undefined : ${copyExpression(source, someOf(type), value)})`;
  }
  if (isUnit(type)) return '{}';
  return `${source.functionFor('copy', type)}(c, ${value})`;
}

/** Body of a function that copies `v` as a `type` by a Copier `c`. */
export function copyBody(source: Emitter, type: AlgebraicType): string[] {
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
