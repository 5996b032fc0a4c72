import { type AlgebraicType, formOf, minSize, type SumType } from '../../algebraic-type.ts';
import { isEmptyProduct, isOption, METHOD_OF_FORM, someOf } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { isInline, newArray, objectKey, switchOn } from './syntax.ts';

function readExpression(source: Emitter, type: AlgebraicType): string {
  const method = METHOD_OF_FORM[formOf(type)];
  if (method !== undefined) return `r.${method}()`;
  if (isOption(type)) return `(r.option() ? ${readExpression(source, someOf(type))} : undefined)`;
  if (isEmptyProduct(type)) return '{}';
  return `${source.functionFor('read', type)}(r)`;
}

/** Body of a function that reads `type` from a BsatnReader `r`. */
export function readBody(source: Emitter, type: AlgebraicType): string[] {
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
