import type { Doc, Value } from '../bson/types.ts';

/** What an expression sees: the document it stands in, and the variables. */
export interface Scope {
  root: Doc;
  current: Value | undefined;
  variables: ReadonlyMap<string, Value | undefined>;
}

export interface Expression {
  (scope: Scope): Value | undefined;
  constant?: true;
  /** The expression with what is constant in it evaluated. */
  folded?: () => Expression;
}

const none: ReadonlyMap<string, Value | undefined> = new Map();

/** @param variables of the command or of a join, which may say what paths begin at */
export const scopeOf = (root: Doc, variables: ReadonlyMap<string, Value | undefined> = none): Scope => ({
  root,
  current: variables.has('CURRENT') ? variables.get('CURRENT') : root,
  variables,
});
