import { type AlgebraicType, type ArrayType, formOf, type ProductType, type SumType } from './algebraic-type.ts';
import { variantNames } from './codec/shape.ts';
import { toSatsJson } from './json.ts';

/**
 * SATS-JSON of a value among people who do not know the names in its type: rows of queries, what procedures return
 * (`wire.md` 1.2). Products are arrays in order, sums `[tag, payload]`; the reader of SATS-JSON takes both.
 * @throws ValueError
 */
export function toUntypedJson(type: AlgebraicType, value: unknown): string {
  switch (formOf(type)) {
    case 'Array': {
      const { element } = type as ArrayType;
      return `[${Array.from(value as Iterable<unknown>, (item) => toUntypedJson(element, item)).join(',')}]`;
    }
    case 'Product': {
      const row = value as Readonly<Record<string, unknown>>;
      return `[${(type as ProductType).elements.map((part) => toUntypedJson(part.type, row[part.key])).join(',')}]`;
    }
    case 'Option':
      return value === undefined || value === null ? '[1,[]]' : variant(type as SumType, 0, value);
    case 'Result': {
      const result = value as Readonly<Record<string, unknown>>;
      return 'ok' in result ? variant(type as SumType, 0, result.ok) : variant(type as SumType, 1, result.err);
    }
    case 'Sum': {
      const { tag, value: payload } = value as { readonly tag: string; readonly value?: unknown };
      return variant(type as SumType, variantNames(type as SumType).indexOf(tag), payload);
    }
    case 'Identity':
    case 'ConnectionId':
    case 'Timestamp':
    case 'TimeDuration':
    case 'Uuid':
      // `{"__identity__":"0x1f"}`: what stands within has no names.
      return toSatsJson(type, value).replace(/^\{"\w+":(.*)\}$/, '[$1]');
    default:
      return toSatsJson(type, value);
  }
}

function variant(type: SumType, tag: number, payload: unknown): string {
  return `[${tag},${toUntypedJson(type.variants[tag]!.type, payload)}]`;
}
