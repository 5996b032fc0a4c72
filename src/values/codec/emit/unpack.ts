import { type AlgebraicType, formOf, isUnit, type SumType } from '../../algebraic-type.ts';
import { isOption, METHOD_OF_FORM, someOf } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { isInline, newArray, objectKey, switchOn } from './syntax.ts';

function unpackExpression(source: Emitter, type: AlgebraicType, plain: string): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `u.${method}(${plain})`;
  if (isOption(type)) {
    const some = someOf(type);
    const payload = isOption(some) ? `u.nested(${plain})` : plain;
    return `(${plain} === null ? undefined : ${unpackExpression(source, some, payload)})`;
  }
  return `${source.functionFor('unpack', type)}(u, ${plain})`;
}

/** Body of a function that builds a `type` from the plain value `p` by an Unpacker `u`. */
export function unpackBody(source: Emitter, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, plain: string) => unpackExpression(source, child, plain);
  if (isUnit(type)) return ['u.product(p, 0);', 'return {};'];
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
