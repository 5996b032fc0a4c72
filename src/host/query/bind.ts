import { compares, MIRRORED } from '../../schema/comparison.ts';
import {
  type ColumnRef,
  type Comparison,
  type ComparisonOperator,
  type Condition,
  type Operand,
  type SelectQuery,
  sqlError,
  type TableRef,
  type Value,
} from '../../schema/index.ts';
import { type AlgebraicType, type Identity, type Key, keyOf, typeName } from '../../values/index.ts';
import type { StoreLookup } from './access.ts';
import { type BoundCondition, type BoundQuery, conjuncts } from './bound.ts';
import { isComparable, senderValue, typedLiteral } from './literal.ts';
import { Scope } from './scope.ts';

/** A query with its names looked up, and what they stand for. */
export interface Bound {
  readonly scope: Scope;
  readonly query: BoundQuery;
}

/** Looks up the names of a query. @throws SpacetickError E_SQL */
export function bindSelect(select: SelectQuery, find: StoreLookup, sender: Identity): Bound {
  const bound = bindTables([select, ...select.joins], find, sender, select.where, select.joins);
  const { projection } = select;
  if (projection.kind === 'rows') bound.scope.source(projection.table);
  return bound;
}

/** Looks up the names of a condition on some tables. @throws SpacetickError E_SQL */
export function bindTables(
  tables: readonly TableRef[],
  find: StoreLookup,
  sender: Identity,
  where: Condition | undefined,
  joins: readonly { readonly on: Comparison | undefined }[] = [],
): Bound {
  const scope = new Scope(tables, find, sender);
  const conditions = [...joins.flatMap(({ on }) => on ?? []), ...(where === undefined ? [] : [where])];
  return {
    scope,
    query: {
      sources: scope.sources,
      conditions: conditions.flatMap((condition) => conjuncts(bindCondition(condition, scope))),
    },
  };
}

function bindCondition(condition: Condition, scope: Scope): BoundCondition {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const left = bindCondition(condition.left, scope);
      return { kind: condition.kind, left, right: bindCondition(condition.right, scope) };
    }
    case 'truth': {
      const { operand } = condition;
      if (operand.kind === 'literal') return { kind: 'constant', holds: operand.text === 'TRUE' };
      return bindColumn(operand, '=', { kind: 'literal', form: 'bool', text: 'TRUE' }, scope);
    }
    case 'compare': {
      const { left, operator, right } = condition;
      if (left.kind === 'column') return bindColumn(left, operator, right, scope);
      if (right.kind === 'column') return bindColumn(right, MIRRORED[operator], left, scope);
      return bindConstants(left, operator, right);
    }
  }
}

function bindColumn(ref: ColumnRef, operator: ComparisonOperator, other: Operand, scope: Scope): BoundCondition {
  const left = scope.column(ref);
  const { type } = scope.def(left);
  if (!isComparable(type)) {
    if (other.kind === 'literal') throw sqlError(`Literal values for type ${typeName(type)} are not supported`);
    throw sqlError(`Invalid binary operator \`${operator}\` for type \`${typeName(type)}\``);
  }
  if (other.kind !== 'column') return { kind: 'value', ...left, operator, key: valueKey(other, type, scope.sender) };
  const right = scope.column(other);
  const inferred = typeName(scope.def(right).type);
  if (inferred !== typeName(type)) {
    throw sqlError(`Unexpected type: (expected) ${typeName(type)} != ${inferred} (inferred)`);
  }
  return { kind: 'columns', operator, left, right };
}

function valueKey(value: Value, type: AlgebraicType, sender: Identity): Key {
  return keyOf(type)(boundValue(value, type, sender));
}

/** A literal or `:sender` as a value of a column's type. @throws SpacetickError E_SQL */
export function boundValue(value: Value, type: AlgebraicType, sender: Identity): unknown {
  return value.kind === 'literal' ? typedLiteral(value, type) : senderValue(type, sender);
}

function bindConstants(left: Value, operator: ComparisonOperator, right: Value): BoundCondition {
  if (left.kind !== 'literal' || right.kind !== 'literal' || left.form !== right.form) {
    throw sqlError('Unsupported expression: a comparison without a column');
  }
  const holds =
    left.form === 'number'
      ? compares(Number(left.text), operator, Number(right.text))
      : compares(left.text, operator, right.text);
  return { kind: 'constant', holds };
}
