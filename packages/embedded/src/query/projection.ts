import { toNumber } from '../bson/numbers.ts';
import { field, fieldsOf, isDoc, isNumeric, namesOf, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import {
  checkPath,
  compile,
  scopeOf,
  type Environment,
  type Expression,
  type Scope,
} from '../expression/compile.ts';
import type { Hit } from './match.ts';

/** Finds the first element of an array that a query's $elemMatch accepts. */
export type ElementFinder = (condition: Doc) => (item: Value) => boolean;

export type Project = (doc: Doc, hit?: Hit, variables?: Scope['variables']) => Doc;

type Node =
  | { kind: 'in' }
  | { kind: 'out' }
  | { kind: 'compute'; expression: Expression }
  | { kind: 'edit'; edit: Edit }
  | Tree;
type Edit = (value: Value | undefined, hit: Hit | undefined) => Value | undefined;
interface Tree {
  kind: 'tree';
  children: Map<string, Node>;
}

interface Parsing {
  mode: 'in' | 'out' | undefined;
  environment: Environment;
  /** What only find's projection has: $slice, $elemMatch and the positional operator. */
  elements: ElementFinder | undefined;
  root: Tree;
}

/** A projection of find, or with no `elements` the $project stage. */
export function compileProjection(spec: Doc, environment: Environment, elements?: ElementFinder): Project {
  if (Object.keys(spec).length === 0) {
    if (!elements)
      fail(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
    return (doc) => doc;
  }
  return compileFields(fieldsOf(spec), environment, elements);
}

export function compileFields(
  fields: readonly (readonly [name: string, value: Value])[],
  environment: Environment,
  elements?: ElementFinder,
): Project {
  const root: Tree = { kind: 'tree', children: new Map() };
  const parsing: Parsing = { mode: undefined, environment, elements, root };
  let id: boolean | undefined;
  for (const [name, value] of fields) {
    if (name === '_id' && isFlag(value)) id = flag(value);
    else parseField(parsing, name.split('.'), value, name);
  }
  const including = (parsing.mode ?? (id ? 'in' : 'out')) === 'in';
  if (id === including || (including && id === undefined && !root.children.has('_id')))
    place(parsing, ['_id'], { kind: including ? 'in' : 'out' }, '_id');
  return (doc, hit, variables) => apply(doc, root, including, scopeOf(doc, variables), hit) as Doc;
}

const isFlag = (value: Value): boolean => typeof value === 'boolean' || isNumeric(value);
const flag = (value: Value): boolean => value === true || (isNumeric(value) && toNumber(value) !== 0);

function mode(parsing: Parsing, wanted: 'in' | 'out', name: string): void {
  parsing.mode ??= wanted;
  if (parsing.mode === wanted) return;
  if (wanted === 'in')
    fail(
      31253,
      `Invalid $project :: caused by :: Cannot do inclusion on field ${name} in exclusion projection`,
    );
  fail(
    31254,
    `Invalid $project :: caused by :: Cannot do exclusion on field ${name} in inclusion projection`,
  );
}

function parseField(parsing: Parsing, parts: string[], value: Value, name: string): void {
  if (parsing.elements && parts.at(-1) === '$') {
    mode(parsing, 'in', name);
    return place(parsing, parts.slice(0, -1), { kind: 'edit', edit: positional }, name);
  }
  checkPath(name);
  if (isFlag(value)) {
    const included = flag(value);
    mode(parsing, included ? 'in' : 'out', name);
    return place(parsing, parts, { kind: included ? 'in' : 'out' }, name);
  }
  if (isDoc(value)) {
    const [first, ...more] = Object.keys(value);
    if (first === undefined)
      fail(51270, `An empty sub-projection is not a valid value. Found empty object at path`);
    if (parsing.elements && first === '$slice' && !isExpressionSlice(value['$slice'])) {
      return place(parsing, parts, { kind: 'edit', edit: slice(value['$slice'] as Value) }, name);
    }
    if (parsing.elements && first === '$elemMatch') {
      const condition = value['$elemMatch'];
      if (!isDoc(condition)) return fail('BadValue', 'elemMatch: Invalid argument, object required');
      if (parts.length > 1) fail(31274, `Cannot use $elemMatch projection on a nested field`);
      mode(parsing, 'in', name);
      return place(parsing, parts, { kind: 'edit', edit: elementOf(parsing.elements(condition)) }, name);
    }
    if (!first?.startsWith('$') || more.length > 0) {
      for (const [inner, innerValue] of fieldsOf(value))
        parseField(parsing, [...parts, ...inner.split('.')], innerValue, `${name}.${inner}`);
      return;
    }
    if (!parsing.environment.operators.has(first) && first !== '$elemMatch')
      fail(31325, `Invalid $project :: caused by :: Unknown expression ${first}`);
  }
  if (parsing.mode === 'out')
    fail(
      isDoc(value) ? 31252 : 31310,
      `Invalid $project :: caused by :: Bad projection specification, cannot use computed field ${name} in an exclusion projection`,
    );
  mode(parsing, 'in', name);
  place(parsing, parts, { kind: 'compute', expression: compile(value, parsing.environment) }, name);
}

const isExpressionSlice = (value: Value | undefined): boolean =>
  Array.isArray(value) && value.length > 0 && !isNumeric(value[0]);

function place(parsing: Parsing, parts: readonly string[], leaf: Node, name: string): void {
  let tree = parsing.root;
  for (const part of parts.slice(0, -1)) {
    let next = tree.children.get(part);
    if (!next) tree.children.set(part, (next = { kind: 'tree', children: new Map() }));
    if (next.kind !== 'tree')
      return fail(31249, `Invalid $project :: caused by :: Path collision at ${name}`);
    tree = next;
  }
  const last = parts.at(-1) as string;
  if (tree.children.has(last)) fail(31250, `Invalid $project :: caused by :: Path collision at ${name}`);
  tree.children.set(last, leaf);
}

function apply(
  value: Value | undefined,
  tree: Tree,
  including: boolean,
  scope: Scope,
  hit: Hit | undefined,
): Value | undefined {
  if (Array.isArray(value)) {
    const items = value
      .map((item) => apply(item, tree, including, scope, hit))
      .filter((item) => item !== undefined);
    return items;
  }
  if (!isDoc(value)) {
    if (!including) return value;
    return hasComputed(tree) ? computedOnly(tree, scope) : undefined;
  }
  const result: Doc = {};
  for (const name of namesOf(value)) {
    const node = tree.children.get(name);
    const old = value[name] as Value;
    if (!node) {
      if (!including) put(result, name, old);
    } else if (node.kind === 'in') {
      put(result, name, old);
    } else if (node.kind === 'edit') {
      const edited = node.edit(old, hit);
      if (edited !== undefined) put(result, name, edited);
    } else if (node.kind === 'tree') {
      const inner = apply(old, node, including, scope, hit);
      if (inner !== undefined) put(result, name, inner);
    }
  }
  for (const [name, node] of tree.children) {
    if (node.kind === 'compute') {
      const computed = node.expression(scope);
      if (computed !== undefined) put(result, name, computed);
    } else if (node.kind === 'tree' && field(value, name) === undefined && hasComputed(node)) {
      put(result, name, computedOnly(node, scope));
    }
  }
  return result;
}

const hasComputed = (tree: Tree): boolean =>
  [...tree.children.values()].some(
    (node) => node.kind === 'compute' || (node.kind === 'tree' && hasComputed(node)),
  );

function computedOnly(tree: Tree, scope: Scope): Doc {
  const result: Doc = {};
  for (const [name, node] of tree.children) {
    const value =
      node.kind === 'compute'
        ? node.expression(scope)
        : node.kind === 'tree' && hasComputed(node)
          ? computedOnly(node, scope)
          : undefined;
    if (value !== undefined) put(result, name, value);
  }
  return result;
}

const positional: Edit = (value, hit) => {
  if (!Array.isArray(value)) return value;
  if (hit?.position === undefined)
    return fail(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  const item = value[hit.position];
  return item === undefined ? [] : [item];
};

function slice(argument: Value): Edit {
  const numbers = (Array.isArray(argument) ? argument : [argument]).map((item) =>
    isNumeric(item) ? Math.trunc(toNumber(item)) : fail(28724, 'Invalid $slice syntax'),
  );
  if (Array.isArray(argument) && argument.length !== 2)
    fail(28724, `Invalid $slice syntax. The given syntax did not match the find() syntax`);
  const [first = 0, limit] = numbers;
  if (limit !== undefined && limit <= 0)
    fail(28724, `First argument to $slice must be an array; limit must be positive`);
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (limit === undefined) return first >= 0 ? value.slice(0, first) : value.slice(first);
    const start = first >= 0 ? first : Math.max(0, value.length + first);
    return value.slice(start, start + limit);
  };
}

function elementOf(accepts: (item: Value) => boolean): Edit {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const found = value.find(accepts);
    return found === undefined ? undefined : [found];
  };
}
