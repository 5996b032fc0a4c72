import {
  type AlgebraicType,
  type ArrayType,
  formOf,
  isUnit,
  type ProductType,
  type SumType,
} from '../../algebraic-type.ts';
import { someOf } from '../shape.ts';
import type { Emitter } from './emitter.ts';
import { bang, property } from './syntax.ts';

function equalExpression(source: Emitter, type: AlgebraicType, a: string, b: string): string {
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
      return isUnit(type) ? 'true' : `${source.functionFor('equal', type)}(${a}, ${b})`;
    default:
      return `${a} === ${b}`;
  }
}

/** Body of a function that compares `a` and `b` of `type`. */
export function equalBody(source: Emitter, type: AlgebraicType): string[] {
  const inner = (child: AlgebraicType, a: string, b: string) => equalExpression(source, child, a, b);
  switch (formOf(type)) {
    case 'Bytes':
    case 'Array': {
      const [left, right] = [`a[i]${bang(source)}`, `b[i]${bang(source)}`];
      return [
        'if (a.length !== b.length) return false;',
        `for (let i = 0; i < a.length; i++) if (!(${inner((type as ArrayType).element, left, right)})) return false;`,
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
