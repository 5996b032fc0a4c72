import {
  type AlgebraicType,
  formOf,
  isUnit,
  minSize,
  type ProductType,
  type SumType,
  type TypeForm,
} from '../../algebraic-type.ts';
import { isOption, METHOD_OF_FORM, someOf } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { isInline, newArray, objectKey, switchOn } from './syntax.ts';

function readExpression(source: Emitter, type: AlgebraicType): string {
  const method = METHOD_OF_FORM[formOf(type)];
  const uuidReader = formOf(type) === 'Uuid' && source.annotations?.uuidReader;
  if (uuidReader) return `${uuidReader}(r)`;
  if (method !== undefined) return `r.${method}()`;
  if (isOption(type)) return `(r.option() ? ${readExpression(source, someOf(type))} : undefined)`;
  if (isUnit(type)) return '{}';
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
  if (type.tag === 'Product') return readProduct(type, inner);
  const sum = type as SumType;
  if (formOf(type) === 'Result') {
    const [ok, err] = sum.variants;
    return [`return r.tag(2) === 0 ? { ok: ${inner(ok!.type)} } : { err: ${inner(err!.type)} };`];
  }
  return switchOn(sum, `r.tag(${sum.variants.length})`, (variant) => inner(variant));
}

/** How numbers are read straight from the view: the method, and how many bytes it reads. */
const FROM_VIEW: Readonly<Partial<Record<TypeForm, readonly [method: string, bytes: number]>>> = {
  U8: ['getUint8', 1],
  I8: ['getInt8', 1],
  U16: ['getUint16', 2],
  I16: ['getInt16', 2],
  U32: ['getUint32', 4],
  I32: ['getInt32', 4],
  U64: ['getBigUint64', 8],
  I64: ['getBigInt64', 8],
  F32: ['getFloat32', 4],
  F64: ['getFloat64', 8],
};

/** Neighbouring numbers are read at fixed distances from where the first begins: half the calls, and none to compile. */
function readProduct({ elements }: ProductType, inner: (type: AlgebraicType) => string): string[] {
  const lines: string[] = [];
  const fields: string[] = [];
  for (let i = 0; i < elements.length; ) {
    let end = i;
    let bytes = 0;
    const offsets: number[] = [];
    for (let read = FROM_VIEW[formOf(elements[i]!.type)]; read !== undefined; ) {
      offsets.push(bytes);
      bytes += read[1];
      end++;
      read = end < elements.length ? FROM_VIEW[formOf(elements[end]!.type)] : undefined;
    }
    if (end - i < 2) {
      // Named, not inlined: what stands behind must be read behind it.
      const { key, type } = elements[i]!;
      lines.push(`const f${i} = ${inner(type)};`);
      fields.push(`${objectKey(key)}: f${i}`);
      i++;
      continue;
    }
    lines.push(`const o${i} = r.take(${bytes});`);
    offsets.forEach((offset, n) => {
      const { key, type } = elements[i + n]!;
      const [method, size] = FROM_VIEW[formOf(type)]!;
      const at = offset === 0 ? `o${i}` : `o${i} + ${offset}`;
      fields.push(`${objectKey(key)}: r.view.${method}(${at}${size === 1 ? '' : ', true'})`);
    });
    i = end;
  }
  return [...lines, `return { ${fields.join(', ')} };`];
}
