import { type AlgebraicType, formOf, minSize, type ProductType, type SumType, typeName } from './algebraic-type.ts';
import { BsatnReader } from './bsatn/reader.ts';
import { fail } from './check.ts';
import { Copier } from './codec/copier.ts';
import { METHOD_OF_FORM, someOf, variantNames } from './codec/shape.ts';
import { ValueError, type ValueProblem } from './errors.ts';
import { plainUnpacker } from './msgpack/plain.ts';

// Codecs know no paths: carrying them would cost every value. When one fails, the value is walked again, slowly, to
// find which part was at fault.

type Method = 'u8'; // stands for every method name that METHOD_OF_FORM yields

/** Runs `step`; what it throws becomes a ValueError that names `path`. */
function at<T>(path: string, type: AlgebraicType, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof ValueError && error.path !== '') throw error;
    throw new ValueError({ ...problemOf(error), type: typeName(type), path });
  }
}

function problemOf(error: unknown): Omit<ValueProblem, 'path' | 'type'> {
  if (error instanceof ValueError) {
    const reason = error.message.slice(error.message.indexOf('): ') + 3);
    return { code: error.code as ValueProblem['code'], value: error.value, reason };
  }
  if (error instanceof RangeError) {
    return { code: 'E_VALUE_TRUNCATED', value: undefined, reason: 'the bytes end inside it' };
  }
  throw error;
}

function field(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** Finds what in `value` does not fit `type`. Returns when nothing is found. @throws ValueError with path */
export function explainValue(type: AlgebraicType, value: unknown, path: string): void {
  walkValue(new Copier(), type, value, path);
}

function walkValue(copier: Copier, type: AlgebraicType, value: unknown, path: string): void {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) {
    at(path, type, () => copier[method as Method](value));
    return;
  }
  at(path, type, () => copier.enter());
  const part = value as Record<string, unknown>;
  switch (form) {
    case 'Array': {
      const list = at(path, type, () => copier.array(value));
      const element = (type as { element: AlgebraicType }).element;
      for (let i = 0; i < list.length; i++) walkValue(copier, element, list[i], `${path}[${i}]`);
      break;
    }
    case 'Option':
      if (value !== undefined && value !== null) walkValue(copier, someOf(type), value, path);
      break;
    case 'Product':
      if ((type as ProductType).elements.length > 0) at(path, type, () => copier.object(value, typeName(type)));
      for (const element of (type as ProductType).elements) {
        walkValue(copier, element.type, part[element.key], field(path, element.key));
      }
      break;
    default: {
      at(path, type, () => copier.object(value, typeName(type)));
      const sum = type as SumType;
      const tag = form === 'Result' ? ('ok' in part ? 'ok' : 'err' in part ? 'err' : undefined) : part.tag;
      const variant = sum.variants.find((candidate) => candidate.name === tag);
      if (variant === undefined) at(path, type, () => copier.unknownVariant(typeName(type), value, variantNames(sum)));
      else
        walkValue(copier, variant.type, form === 'Result' ? part[variant.name] : part.value, field(path, variant.name));
    }
  }
  copier.leave();
}

/** Finds where `bytes` stop being BSATN of `type`. Returns when nothing is found. @throws ValueError with path */
export function explainBsatn(type: AlgebraicType, bytes: Uint8Array, path: string): void {
  walkBsatn(new BsatnReader(bytes), type, path);
}

function walkBsatn(reader: BsatnReader, type: AlgebraicType, path: string): void {
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) {
    at(path, type, () => reader[method as Method]());
    return;
  }
  at(path, type, () => reader.enter());
  switch (form) {
    case 'Array': {
      const element = (type as { element: AlgebraicType }).element;
      const length = at(path, type, () => reader.count(minSize(element)));
      for (let i = 0; i < length; i++) walkBsatn(reader, element, `${path}[${i}]`);
      break;
    }
    case 'Product':
      for (const element of (type as ProductType).elements) walkBsatn(reader, element.type, field(path, element.key));
      break;
    default: {
      const { variants } = type as SumType;
      const variant = variants[at(path, type, () => reader.tag(variants.length))]!;
      walkBsatn(reader, variant.type, form === 'Option' ? path : field(path, variant.name));
    }
  }
  reader.leave();
}

/** Finds what in decoded MessagePack does not fit `type`. Returns when nothing is found. @throws ValueError with path */
export function explainPlain(type: AlgebraicType, plain: unknown, path: string): void {
  const unpacker = plainUnpacker;
  const form = formOf(type);
  const method = METHOD_OF_FORM[form];
  if (method !== undefined) {
    at(path, type, () => unpacker[method as Method](plain));
    return;
  }
  switch (form) {
    case 'Array': {
      const list = at(path, type, () => unpacker.array(plain));
      const element = (type as { element: AlgebraicType }).element;
      list.forEach((item, i) => explainPlain(element, item, `${path}[${i}]`));
      return;
    }
    case 'Option': {
      if (plain === null) return;
      const some = someOf(type);
      explainPlain(some, formOf(some) === 'Option' ? at(path, type, () => unpacker.nested(plain)) : plain, path);
      return;
    }
    case 'Product': {
      const { elements } = type as ProductType;
      const items = at(path, type, () => unpacker.product(plain, elements.length));
      elements.forEach((element, i) => explainPlain(element.type, items[i], field(path, element.key)));
      return;
    }
    default: {
      const { variants } = type as SumType;
      const [tag, payload] = at(path, type, () => unpacker.sum(plain, variants.length));
      explainPlain(variants[tag]!.type, payload, field(path, variants[tag]!.name));
    }
  }
}

/** For a codec that failed although the walk found nothing: the two disagree, which is a defect of ours. */
export function unexplained(type: AlgebraicType, path: string, cause: unknown): never {
  if (cause instanceof ValueError) throw cause;
  if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
  fail(
    'E_VALUE_TYPE',
    typeName(type),
    undefined,
    `${path === '' ? 'the value' : path} cannot be used: ${cause.message}`,
  );
}
