import { isDoc, type Value } from '../bson/types.ts';
import { compile, environmentAt, scopeOf } from '../expression/compile.ts';
import type { Context } from './context.ts';

/** The values of a command's `let`. */
export function variablesOf(context: Context): Map<string, Value | undefined> {
  const given = context.body['let'];
  const variables = new Map<string, Value | undefined>();
  if (!isDoc(given)) return variables;
  const environment = environmentAt(context.now);
  for (const [name, value] of Object.entries(given)) variables.set(name, compile(value, environment)(scopeOf({})));
  return variables;
}
