import type { StringOrder } from '../bson/compare.ts';
import { show } from '../bson/show.ts';
import { bounded } from '../bson/text.ts';
import { field, isDoc, namesOf, put, type Doc, type Timestamp, type Value } from '../bson/types.ts';
import { fail, within } from '../errors.ts';
import { constantly, fold, foldable } from './fold.ts';
import type { Expression, Scope } from './scope.ts';

/** What an expression is compiled with. */
export interface Environment {
  now: Date;
  /** $$CLUSTER_TIME, where there is a command that has one. */
  clusterTime?: Timestamp | undefined;
  /** Some commands know neither. */
  timeless?: true;
  operators: ReadonlyMap<string, Operator>;
  strings?: StringOrder | undefined;
  /** The names of the user's variables that may be used here. */
  variables: ReadonlySet<string>;
  /** Whether there is no document to look at, as in the variables of a command. */
  documentless?: true;
  /** Whether constants are evaluated with each document, not before: updates do so. */
  unfolded?: true;
  /** What MongoDB says it was at when a constant has an error; nothing where it says none. */
  optimizing?: string | undefined;
}

/** An operator: compiles its argument; the arguments' own expressions are compiled with `compile`. */
export type Operator = (argument: Value, environment: Environment, name: string) => Expression;

let depth = 0;

export function compile(value: Value, environment: Environment): Expression {
  depth++;
  try {
    const expression = parse(value, environment);
    return depth === 1 && !environment.unfolded
      ? within(environment.optimizing, () => fold(expression))
      : expression;
  } finally {
    depth--;
  }
}

function parse(value: Value, environment: Environment): Expression {
  if (typeof value === 'string' && value.startsWith('$'))
    return value.startsWith('$$') ? variable(value.slice(2), environment) : path(value.slice(1), environment);
  if (Array.isArray(value)) {
    const items = value.map((item) => compile(item, environment));
    return foldable(items, (scope) => items.map((item) => item(scope) ?? null));
  }
  if (!isDoc(value)) return constantly(typeof value === 'string' ? bounded(value) : value);
  const names = Object.keys(value);
  const [first] = names;
  if (first?.startsWith('$')) {
    if (names.length > 1)
      fail(15983, `An object representing an expression must have exactly one field: ${show(value)}`);
    const operator = environment.operators.get(first);
    if (!operator) return fail(168, `Unrecognized expression '${first}'`);
    return operator(value[first] as Value, environment, first);
  }
  return literalDocument(value, environment);
}

function literalDocument(value: Doc, environment: Environment): Expression {
  const names = namesOf(value).map(checkName);
  const parts = names.map((name) => compile(value[name] as Value, environment));
  return foldable(parts, (scope) => {
    const doc: Doc = {};
    for (const [at, name] of names.entries()) {
      const result = parts[at]?.(scope);
      if (result !== undefined) put(doc, name, result);
    }
    return doc;
  });
}

/** The fields of a reference to a document. */
export const references = ['$id', '$ref', '$db'];
const MAX_DEPTH = 200;

export function checkName(name: string): string {
  if (name === '') fail(15998, 'FieldPath field names may not be empty strings.');
  if (name.startsWith('$') && !references.includes(name))
    fail(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
  if (name.includes('\0')) fail(16411, "FieldPath field names may not contain '\0'.");
  if (name.includes('.'))
    fail(16412, `FieldPath field names may not contain '.'. Consider using $getField or $setField.`);
  return name;
}

export function checkPath(text: string): string[] {
  if (text === '') fail(40352, 'FieldPath cannot be constructed with empty string');
  if (text.endsWith('.')) fail(40353, "FieldPath must not end with a '.'.");
  const parts = text.split('.');
  if (parts.length > MAX_DEPTH) fail('Overflow', 'FieldPath is too long');
  return parts.map(checkName);
}

/** Refuses what cannot be the name of a variable that a user defines; of the server's own, CURRENT can. */
export function checkVariable(name: string): string {
  if (name === 'CURRENT') return name;
  if (name === '') fail('FailedToParse', 'empty variable names are not allowed');
  if (!/^[a-z\u0080-\uffff]/.test(name))
    fail('FailedToParse', `'${name}' starts with an invalid character for a user variable name`);
  const wrong = /[^A-Za-z0-9_\u0080-\uffff]/.exec(name);
  if (wrong)
    fail('FailedToParse', `'${name}' contains an invalid character for a variable name: '${wrong[0]}'`);
  return name;
}

function path(text: string, environment: Environment): Expression {
  if (text === '') fail(16872, "'$' by itself is not a valid FieldPath");
  const parts = checkPath(text);
  needDocument(environment);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined)
    return ({ current }) => (isDoc(current) ? field(current, only) : undefined);
  return ({ current }) => follow(current, parts, 0);
}

/** The value at a path; an array on the way gives the array of what the documents in it have there. */
export function follow(value: Value | undefined, parts: readonly string[], at: number): Value | undefined {
  if (at === parts.length) return value;
  if (Array.isArray(value)) {
    const found: Value[] = [];
    for (const item of value) {
      const inner = isDoc(item) ? follow(item, parts, at) : undefined;
      if (inner !== undefined) found.push(inner);
    }
    return found;
  }
  return isDoc(value) ? follow(field(value, parts[at] as string), parts, at + 1) : undefined;
}

function variable(text: string, environment: Environment): Expression {
  const [name = '', ...rest] = text.split('.');
  if (name === '') fail('FailedToParse', 'empty variable names are not allowed');
  const root = rootOf(name, environment);
  const parts = rest.length ? checkPath(text).slice(1) : [];
  return parts.length === 0 ? root : (scope) => follow(root(scope), parts, 0);
}

function rootOf(name: string, environment: Environment): Expression {
  switch (name) {
    case 'ROOT':
      needDocument(environment, true);
      return ({ root }) => root;
    case 'CURRENT':
      needDocument(environment);
      return ({ current }) => current;
    case 'NOW':
    case 'CLUSTER_TIME': {
      const time = name === 'NOW' ? environment.now : environment.clusterTime;
      return environment.timeless || !time
        ? fail(51144, `Builtin variable '$$${name}' is not available`)
        : constantly(time);
    }
    case 'REMOVE':
      return () => undefined;
    default:
      if (environment.variables.has(name)) return ({ variables }) => variables.get(name);
      // A name in capitals could be one of the server's.
      if (!/^[A-Z]/.test(name)) checkVariable(name);
      return fail(17276, `Use of undefined variable: ${name}`);
  }
}

/** Whoever names CURRENT anew has that to look at. */
function needDocument({ documentless, variables }: Environment, isRoot = false): void {
  if (documentless && (isRoot || !variables.has('CURRENT')))
    fail(4890500, 'Command let Expression tried to access a field, but this is not allowed');
}

/** The scope with some more variables; CURRENT is where paths begin. */
export function withVariables(
  scope: Scope,
  added: readonly (readonly [name: string, value: Value | undefined])[],
): Scope {
  const variables = new Map(scope.variables);
  let { current } = scope;
  for (const [name, value] of added)
    if (name === 'CURRENT') current = value;
    else variables.set(name, value);
  return { root: scope.root, current, variables };
}
