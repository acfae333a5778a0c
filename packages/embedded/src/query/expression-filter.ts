import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { isTrue } from '../expression/boolean.ts';
import { compile, type Environment } from '../expression/compile.ts';
import { scopeOf, type Scope } from '../expression/scope.ts';

/** The $expr of a filter. */
export const compileExpressionFilter =
  (environment: Environment, variables?: () => Scope['variables']) =>
  (value: Value): ((doc: Doc) => boolean) => {
    const [field, list] = (isDoc(value) && Array.isArray(value['$in']) ? value['$in'] : []) as Value[];
    // MongoDB looks a field up in a list of constants by its bytes, whatever the collation.
    const bytes = typeof field === 'string' && field.startsWith('$') && Array.isArray(list);
    const expression = compile(value, {
      ...environment,
      strings: bytes ? undefined : environment.strings,
      optimizing: [environment.optimizing, 'Failed to optimize expression']
        .filter((where) => where !== undefined)
        .join(' :: caused by :: '),
    });
    return (doc) => isTrue(expression(scopeOf(doc, variables?.())));
  };
