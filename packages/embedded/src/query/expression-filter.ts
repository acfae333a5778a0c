import type { Doc, Value } from '../bson/types.ts';
import { isTrue } from '../expression/boolean.ts';
import { compile, scopeOf, type Environment, type Scope } from '../expression/compile.ts';

/** The $expr of a filter. */
export const compileExpressionFilter =
  (environment: Environment, variables?: () => Scope['variables']) =>
  (value: Value): ((doc: Doc) => boolean) => {
    const expression = compile(value, environment);
    return (doc) => isTrue(expression(scopeOf(doc, variables?.())));
  };
