import type { Value } from '../bson/types.ts';
import type { Expression, Scope } from './scope.ts';

/**
 * As MongoDB does before it sees a document, what is constant is evaluated once, so that its errors come
 * whether or not there is a document to meet them.
 */
export function fold(expression: Expression): Expression {
  return expression.folded?.() ?? expression;
}

const nothing: Scope = { root: {}, current: undefined, variables: new Map() };

export const constantly = (value: Value | undefined): Expression =>
  Object.assign(() => value, { constant: true as const });

export const valueOf = (constant: Expression): Value | undefined => constant(nothing);

export function foldAll(parts: Expression[]): void {
  for (const [at, part] of parts.entries()) parts[at] = fold(part);
}

/** An expression that is constant when its parts are; `shortened` may know better when they are folded. */
export function foldable(
  parts: Expression[],
  evaluate: (scope: Scope) => Value | undefined,
  shortened?: () => Expression | undefined,
): Expression {
  const expression = (scope: Scope): Value | undefined => evaluate(scope);
  const folded = (): Expression => {
    foldAll(parts);
    const short = shortened?.();
    if (short) return short;
    return parts.every(({ constant }) => constant) ? constantly(evaluate(nothing)) : expression;
  };
  return Object.assign(expression, { folded });
}
